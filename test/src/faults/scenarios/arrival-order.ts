import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { EXCHANGES } from '../numbered-ticks.ts';
import { seeded } from '../random.ts';

const PER_SECOND = 500;
/** The stock whose ticks have times of whole seconds, as many feeds' have. */
const STOCK = 'COARSE';
const AT_ONCE = 20;
const EVERY_MS = 25;

/** Ticks of equal times, over flushes, outages and kills: the table has them in the order in which they were published. */
export const arrivalOrder: readonly Scenario[] = (['streams', 'pubsub'] as const).map((feed) => ({
  name: `arrival-order-${feed}`,
  run: (options) => run(feed, options),
}));

async function run(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const parts = quick ? 1 : 4;
  await using stack = await FaultStack.open({ feed });
  await stack.work(PER_SECOND);
  const coarse = new CoarseTicks(stack);
  for (let i = 0; i < parts; i++) {
    await coarse.publish(40);
    await stack.postgres.stop();
    await stack.subscribers.at(-1)?.saysOf('store', false);
    await coarse.publish(40);
    if (i % 2 === 0) {
      // The spool has it by then; nothing is on its way while nobody listens.
      await stack.publisher.stop();
      await setTimeout(500);
      await stack.subscribers.at(-1)?.kill();
      await stack.postgres.restart();
      await stack.work(PER_SECOND);
    } else {
      await stack.postgres.restart();
    }
    await coarse.publish(20);
  }
  const recoverySeconds = await stack.recovery(Date.now());
  return [
    await stack.finish({
      fault: 'ticks of equal times, over flushes, outages and kills',
      times: coarse.count,
      recoverySeconds,
      notes: [`${coarse.count} ticks share ${coarse.seconds} times and are read in the order of their publication`],
      problems: await coarse.disorder(),
    }),
  ];
}

/** Ticks with times of whole seconds and prices in no order. */
class CoarseTicks {
  readonly #stack: FaultStack;
  readonly #random = seeded(7);
  readonly #published: { readonly exchange: string; readonly second: number; readonly price: number }[] = [];

  constructor(stack: FaultStack) {
    this.#stack = stack;
  }

  get count(): number {
    return this.#published.length;
  }

  get seconds(): number {
    return new Set(this.#published.map(({ second }) => second)).size;
  }

  /** Publishes some, again and again so many times. */
  async publish(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const second = Math.floor(Date.now() / 1000);
      const sent = Array.from({ length: AT_ONCE }, (_, k) => {
        const tick = { exchange: EXCHANGES[k % 2] ?? 'NASDAQ', second, price: 1 + Math.floor(this.#random() * 1000) };
        this.#published.push(tick);
        return this.#stack.publisher.extra(tick.exchange, `${STOCK}:(${tick.price}, ${second})`);
      });
      await Promise.all(sent);
      await setTimeout(EVERY_MS);
    }
  }

  /** What is wrong with the order in the table, and with what a candle makes of it. */
  async disorder(): Promise<readonly string[]> {
    const { database } = this.#stack;
    const problems: string[] = [];
    for (const exchange of EXCHANGES) {
      const published = this.#published.filter((tick) => tick.exchange === exchange).map(({ price }) => price);
      const rows = await database.query<{ price: number }>(
        `SELECT price::int FROM stock_prices WHERE stock_name = '${STOCK}' AND exchange_name = $1
         ORDER BY "timestamp", seq`,
        [exchange],
      );
      const wrong = published.findIndex((price, i) => rows[i]?.price !== price);
      if (rows.length !== published.length || wrong >= 0) {
        problems.push(
          `${exchange}: of ${published.length} ticks ${rows.length} are stored, the first wrong one is ${wrong}`,
        );
      }
      const days = await database.query<{ open: number; close: number }>(
        `SELECT open::int, close::int FROM price_rollups
         WHERE stock_name = '${STOCK}' AND exchange_name = $1 AND width = 'day' ORDER BY bucket`,
        [exchange],
      );
      const ends = [days[0]?.open, days.at(-1)?.close];
      const wanted = [published[0], published.at(-1)];
      if (ends.join() !== wanted.join())
        problems.push(`${exchange}: candles open and close with ${ends}, not ${wanted}`);
    }
    return problems;
  }
}
