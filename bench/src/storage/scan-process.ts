/**
 * Adds up all prices and times of one stock after another through the reader; a process of its own. Argument: the database's
 * URL. Reads names of stocks from stdin, one a line, and answers each with one JSON line: { seconds, count, prices, times }.
 */
import { createInterface } from 'node:readline';
import { createPostgresReader, type TickChunk } from '@tickwatch/store';

const [databaseUrl = ''] = process.argv.slice(2);
const limits = { permits: 1, queue: 1, waitMs: 60_000 };
await using reader = createPostgresReader({
  databaseUrl,
  limits: { questions: limits, exports: limits },
  export: { timeoutMs: 60_000, stallMs: 60_000, smallRows: 500 },
  connectTimeoutMs: 5000,
  statementTimeoutMs: 120_000,
  tails: [],
  tailTimeoutMs: 60_000,
  tailRestMs: 100,
});

for await (const stock of createInterface({ input: process.stdin })) {
  const started = performance.now();
  const sums = { count: 0, prices: 0n, times: 0n };
  const { chunks } = await reader.ticks({ stock }, { order: 'asc' });
  for await (const chunk of chunks) add(sums, chunk);
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ seconds, count: sums.count, prices: decimal(sums.prices), times: String(sums.times) }));
}

/** Prices in cents. */
function add(sums: { count: number; prices: bigint; times: bigint }, { count, times, prices }: TickChunk): void {
  if (prices.kind === 'texts') throw new Error('these prices were to be of two decimals');
  let cents = 0;
  // From the first time on: all of them together would be more than a double holds.
  const first = times[0] ?? 0;
  let micros = 0;
  for (let i = 0; i < count; i++) {
    cents += prices.mantissas[i] as number;
    micros += (times[i] as number) - first;
  }
  sums.count += count;
  sums.prices += BigInt(cents) * 10n ** BigInt(2 - prices.scale);
  sums.times += BigInt(micros) + BigInt(first) * BigInt(count);
}

function decimal(cents: bigint): string {
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
