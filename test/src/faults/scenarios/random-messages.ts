import { createHash } from 'node:crypto';
import { decodeMessage, type EpochMicros } from '@tickwatch/core';
import type { Database } from '../database.ts';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { mutatedMessages } from '../mutated-messages.ts';

const AT_ONCE = 500;
/** As many bytes of a rejected message are kept. */
const KEPT_BYTES = 8192;
/** FUTURE_TOLERANCE_MS as it is by default, µs. */
const FUTURE_TOLERANCE = 300_000_000;

/** Random and mutated messages: each is a row, or is kept with the reason why it is none. */
export const randomMessages: readonly Scenario[] = (['streams', 'pubsub'] as const).map((feed) => ({
  name: `random-messages-${feed}`,
  run: (options) => run(feed, options),
}));

async function run(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const count = quick ? 10_000 : 100_000;
  // With Pub/Sub a subscriber takes messages apart whose ticks are in several lanes.
  const env = { REJECTED_PER_MINUTE: '1000000' };
  await using stack = await FaultStack.open({ feed, lanes: feed === 'pubsub' ? 4 : 1, env });
  const subscriber = stack.launch();
  await subscriber.listens();
  const expected = new Multiset();
  const messages = mutatedMessages(20_261_122);
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const part = Array.from({ length: Math.min(AT_ONCE, count - sent) }, () => messages.next().value);
    for (const message of part) for (const fate of fatesOf(message)) expected.add(fate);
    await Promise.all(part.map((message, i) => stack.publisher.extra(i % 2 === 0 ? 'NASDAQ' : 'NYSE', message)));
  }
  const publishedAt = Date.now();
  const ticks = expected.size;
  const total = await subscriber.ledgerReads(
    `${ticks} accounted for`,
    ({ received, waiting }) => received >= ticks && waiting === 0,
  );
  const recoverySeconds = (Date.now() - publishedAt) / 1000;
  const { rows, rejected } = await found(stack.database);
  const { missing, extra } = expected.compare([...rows, ...rejected]);
  const row = await stack.finish({
    fault: 'random and mutated messages (seeded)',
    times: count,
    recoverySeconds,
    notes: [`${rows.length} are ticks, ${rejected.length} are kept in rejected_messages with a reason`],
    problems: [
      ...(total.received === ticks ? [] : [`the ledger counts ${total.received} of ${ticks}`]),
      ...(total.stored === rows.length ? [] : [`the ledger counts ${total.stored} stored, there are ${rows.length}`]),
      ...(total.rejected === rejected.length
        ? []
        : [`the ledger counts ${total.rejected} rejected, there are ${rejected.length}`]),
    ],
  });
  return [{ ...row, published: ticks, stored: rows.length, lost: missing, doubled: extra }];
}

/** What must become of a message's ticks, by its own content: the row it is, or its bytes among the rejected. */
function fatesOf(message: Buffer): readonly string[] {
  const fates: string[] = [];
  decodeMessage(message, (Date.now() * 1000) as EpochMicros, FUTURE_TOLERANCE, (item, start, end) => {
    if (item.ok) fates.push(`row ${item.stock} ${item.price}`);
    else fates.push(`rejected ${item.reason} ${md5(message.subarray(start, Math.min(end, start + KEPT_BYTES)))}`);
  });
  return fates;
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

async function found(database: Database): Promise<{ rows: string[]; rejected: string[] }> {
  const rows = await database.query<{ fate: string }>(
    "SELECT 'row ' || stock_name || ' ' || price::text AS fate FROM stock_prices",
  );
  const rejected = await database.query<{ fate: string }>(
    "SELECT 'rejected ' || reason || ' ' || md5(raw) AS fate FROM rejected_messages",
  );
  return { rows: rows.map(({ fate }) => fate), rejected: rejected.map(({ fate }) => fate) };
}

class Multiset {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  add(key: string, by = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  /** How many of ours are not among these, and how many of these are not ours. */
  compare(others: readonly string[]): { missing: number; extra: number } {
    const rest = new Map(this.#counts);
    let extra = 0;
    for (const key of others) {
      const left = rest.get(key) ?? 0;
      if (left === 0) extra++;
      else rest.set(key, left - 1);
    }
    return { missing: [...rest.values()].reduce((sum, left) => sum + left, 0), extra };
  }
}
