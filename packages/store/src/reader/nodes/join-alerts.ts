import { type EpochMicros, MAX_ALERT_COUNT } from '@tickwatch/core';
import { WrongNodeError } from '../../nodes/check-node.ts';
import type { AlertAnswers, FiringsPage, ListedReceiver, ListedRule } from '../alerts/alert-answers.ts';
import type { AskNodes } from './ask-nodes.ts';
import type { NodeOfStock } from './node-of-stock.ts';

/** Rules are the same on all nodes; each has what its stocks fired. */
export function createNodesAlerts(nodes: AskNodes, nodeOf: NodeOfStock): AlertAnswers {
  return {
    async rules(question, { signal } = {}) {
      const pages = await nodes.all(signal, (reader, either) => reader.alerts.rules(question, { signal: either }));
      const [first, ...others] = pages.map(({ rules }) => rules);
      return { rules: joinRules(first ?? [], others), next: pages[0]?.next };
    },
    async rule(id, { signal } = {}) {
      const found = await nodes.all(signal, (reader, either) => reader.alerts.rule(id, { signal: either }));
      const [first, ...others] = found.map((rule) => (rule === undefined ? [] : [rule]));
      return joinRules(first ?? [], others)[0];
    },
    async firings(question, { signal } = {}) {
      const { stock, limit } = question;
      if (stock) {
        const index = await nodeOf.of(stock, signal);
        return await nodes.one(index, (reader) => reader.alerts.firings(question, { signal }));
      }
      return joinFirings(
        await nodes.all(signal, (reader, either) => reader.alerts.firings(question, { signal: either })),
        limit,
      );
    },
    async receivers({ signal } = {}) {
      const found = await nodes.all(signal, (reader, either) => reader.alerts.receivers({ signal: either }));
      const [first = [], ...others] = found;
      if (others.some((receivers) => receivers.length !== first.length)) throw differentReceivers();
      return first.map((receiver) => joinReceiver(receiver, others));
    },
    async deliveries(firingId, { signal } = {}) {
      const found = await nodes.all(signal, (reader, either) => reader.alerts.deliveries(firingId, { signal: either }));
      return found.find((deliveries) => deliveries !== undefined);
    },
  };
}

/** Newest first; PostgreSQL compares ids by their bytes, as their texts do. */
function joinFirings(pages: readonly FiringsPage[], limit: number): FiringsPage {
  const firings = pages
    .flatMap((page) => page.firings)
    .sort((a, b) => b.time - a.time || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0))
    .slice(0, limit);
  const last = firings.at(-1);
  const isMore = last !== undefined && firings.length === limit;
  return { firings, next: isMore ? { time: last.time, id: last.id } : undefined };
}

/** @throws WrongNodeError they have different rules */
function joinRules(first: readonly ListedRule[], others: readonly (readonly ListedRule[])[]): readonly ListedRule[] {
  const different = new WrongNodeError('the nodes have different rules: what they fired together is not known');
  if (others.some((rules) => rules.length !== first.length)) throw different;
  return first.map((rule, i) => {
    const same = [rule, ...others.flatMap((rules) => rules[i] ?? [])];
    if (same.some(({ id, revision }) => id !== rule.id || revision !== rule.revision)) throw different;
    return {
      ...rule,
      beyond: sumOf(same.map(({ beyond }) => beyond)),
      stocksFired: sumOf(same.map(({ stocksFired }) => stocksFired)),
      fired: upToMost(sumOf(same.map(({ fired }) => fired))),
      lastFired: newest(same.map(({ lastFired }) => lastFired)),
    };
  });
}

/** Of a failure, the first node's that had one is told. @throws WrongNodeError they have different receivers */
function joinReceiver(first: ListedReceiver, others: readonly (readonly ListedReceiver[])[]): ListedReceiver {
  const same = [first, ...others.flatMap((receivers) => receivers.find(({ id }) => id === first.id) ?? [])];
  if (same.length <= others.length) throw differentReceivers();
  return {
    ...first,
    waiting: upToMost(sumOf(same.map(({ waiting }) => waiting))),
    failed: upToMost(sumOf(same.map(({ failed }) => failed))),
    lastDelivered: newest(same.map(({ lastDelivered }) => lastDelivered)),
    lastError: same.find(({ lastError }) => lastError !== undefined)?.lastError,
  };
}

function differentReceivers(): WrongNodeError {
  return new WrongNodeError('the nodes have different receivers: what was told them together is not known');
}

function upToMost(count: number): number {
  return Math.min(MAX_ALERT_COUNT, count);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function newest(times: readonly (EpochMicros | undefined)[]): EpochMicros | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : (Math.max(...known) as EpochMicros);
}
