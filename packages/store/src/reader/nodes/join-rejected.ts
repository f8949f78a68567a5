import type { EpochMicros } from '@tickwatch/core';
import type { RejectedOverview, RejectedQuestion, RejectedTotal } from '../queries/rejected.ts';
import { askRejectedByTime, askRejectedTime, type RejectedPlace } from '../queries/rejected.ts';
import { BadQuestionError } from '../read-errors.ts';
import { compareBytes } from '../stock-order.ts';
import type { AskNodes } from './ask-nodes.ts';

/** Counts added up, and the newest messages of all nodes. Their ids tell the node: id × nodes + node. */
export async function askRejectedOfNodes(nodes: AskNodes, question: RejectedQuestion): Promise<RejectedOverview> {
  const { count } = nodes;
  const behind = question.before === undefined ? undefined : await placeOf(nodes, question.before);
  const answers = await nodes.all(undefined, (reader, signal, index) =>
    reader.inSnapshot({ tail: false, signal }, (snapshot) =>
      askRejectedByTime(snapshot, question, behind && placeOn(index, behind)),
    ),
  );
  const parts = answers.map(({ value }) => value);
  const messages = parts.flatMap((part, node) =>
    part.messages.map((row) => ({ ...row, id: row.id * count + node, node })),
  );
  // Of one moment, nodes come in order, and each its newest first.
  messages.sort((a, b) => b.receivedAt - a.receivedAt || a.node - b.node || b.id - a.id);
  return {
    totals: joinTotals(parts.flatMap(({ totals }) => totals)),
    messages: messages.slice(0, question.limit).map(({ node: _, ...row }) => row),
  };
}

interface NodePlace extends RejectedPlace {
  readonly node: number;
}

/** @throws BadQuestionError the message is not kept any more */
async function placeOf(nodes: AskNodes, before: number): Promise<NodePlace> {
  const [node, id] = [before % nodes.count, Math.floor(before / nodes.count)];
  const { value: time } = await nodes.one(node, (reader) =>
    reader.inSnapshot({ tail: false }, (snapshot) => askRejectedTime(snapshot, id)),
  );
  if (time === undefined)
    throw new BadQuestionError('before', `before: message ${before} is not kept any more; begin without it`);
  return { node, id, time };
}

function placeOn(index: number, { node, id, time }: NodePlace): RejectedPlace {
  return { time, id: index === node ? id : index > node ? Number.MAX_SAFE_INTEGER : 0 };
}

function joinTotals(totals: readonly RejectedTotal[]): readonly RejectedTotal[] {
  const found = new Map<string, RejectedTotal>();
  for (const total of totals) {
    const key = JSON.stringify([total.exchange, total.reason]);
    const known = found.get(key);
    found.set(key, known === undefined ? total : sumOf(known, total));
  }
  return [...found.values()].sort(
    (a, b) => b.count - a.count || compareBytes(a.exchange, b.exchange) || compareBytes(a.reason, b.reason),
  );
}

function sumOf(one: RejectedTotal, other: RejectedTotal): RejectedTotal {
  return {
    ...one,
    count: one.count + other.count,
    firstAt: Math.min(one.firstAt, other.firstAt) as EpochMicros,
    lastAt: Math.max(one.lastAt, other.lastAt) as EpochMicros,
  };
}
