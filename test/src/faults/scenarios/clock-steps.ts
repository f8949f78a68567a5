import { setTimeout } from 'node:timers/promises';
import { until } from '../../servers/index.ts';
import { FakeClock } from '../fake-clock.ts';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { EXCHANGES } from '../numbered-ticks.ts';
import type { SubscriberProcess } from '../subscriber-process.ts';

const PER_SECOND = 1000;
const HOUR = 3600;
const DAY = 24 * HOUR;
const EARLY = 100;
/** A tick without a time gets the one of its arrival, to so many seconds. */
const MAX_OFF = 60;

/** The subscriber's wall clock is wrong and set right, or steps while ticks flow. */
export const clockSteps: readonly Scenario[] = (['streams', 'pubsub'] as const).flatMap((feed) => [
  { name: `clock-slow-${feed}`, run: () => startedSlow(feed) },
  { name: `clock-steps-${feed}`, run: (options: ScenarioOptions) => steps(feed, options) },
]);

async function startedSlow(feed: 'streams' | 'pubsub'): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed });
  const clock = new FakeClock(`${stack.folder}/clock`);
  await clock.set(-3 * DAY);
  const subscriber = stack.launch('a', clock.env);
  await subscriber.listens();
  // To its clock these are three days in the future; entries of a stream carry the time of Redis.
  for (let i = 0; i < EARLY; i++) await stack.publisher.extra('NASDAQ', `EARLY:(1, ${Date.now() / 1000})`);
  const fate = feed === 'pubsub' ? 'rejected' : 'stored';
  await subscriber.ledgerReads(`${EARLY} ${fate}`, (total) => total[fate] === EARLY);
  await clock.set(0);
  const rightAt = Date.now();
  await stepped(subscriber, 1);
  stack.publisher.start(PER_SECOND);
  await setTimeout(2000);
  const problems = await unstamped(stack);
  const recoverySeconds = await stack.recovery(rightAt);
  return [
    await stack.finish({
      fault: 'started three days slow, then set right',
      times: 1,
      recoverySeconds,
      notes: [`${EARLY} ticks of before were ${fate}`],
      problems,
    }),
  ];
}

async function steps(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const offsets = quick ? [5 * HOUR, 0] : [5 * HOUR, 0, -5 * HOUR, 0, 20 * HOUR, -20 * HOUR, 0];
  // A clock that is hours slow takes right times for the future's.
  await using stack = await FaultStack.open({ feed, env: { FUTURE_TOLERANCE_MS: String(DAY * 1000) } });
  const clock = new FakeClock(`${stack.folder}/clock`);
  await clock.set(0);
  const subscriber = await stack.work(PER_SECOND, stack.launch('a', clock.env));
  let recoverySeconds = 0;
  for (const [i, offset] of offsets.entries()) {
    await clock.set(offset);
    const steppedAt = Date.now();
    await stepped(subscriber, i + 1);
    await setTimeout(1000);
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(steppedAt));
  }
  const problems = [...(await unstamped(stack))];
  // What is read again was received at times that went back and forth.
  await stack.postgres.stop();
  await subscriber.saysOf('store', false);
  await clock.set(2 * HOUR);
  await setTimeout(1000);
  await stack.publisher.stop();
  await setTimeout(500);
  await subscriber.kill();
  await stack.postgres.restart();
  await clock.set(0);
  await stack.work(PER_SECOND, stack.launch('a', clock.env));
  return [
    await stack.finish({
      fault: 'the clock steps by hours while ticks flow',
      times: offsets.length + 2,
      recoverySeconds,
      problems,
    }),
  ];
}

async function stepped(subscriber: SubscriberProcess, times: number): Promise<void> {
  await subscriber.reports(`${times} steps of the clock`, ({ clock }) => clock.steps >= times);
  await subscriber.sees('clock_stepped');
}

/** What is wrong with the times that ticks without one get. */
async function unstamped({ publisher, database }: FaultStack): Promise<readonly string[]> {
  for (const exchange of EXCHANGES) await publisher.extra(exchange, 'UNSTAMPED:5');
  const read = (): Promise<{ off: number }[]> =>
    database.query<{ off: number }>(
      `SELECT abs(extract(epoch FROM clock_timestamp() - "timestamp"))::float8 AS off FROM stock_prices
       WHERE stock_name = 'UNSTAMPED'`,
    );
  await until(async () => (await read()).length >= EXCHANGES.length, { what: 'ticks without a time being stored' });
  const wrong = (await read()).filter(({ off }) => off > MAX_OFF);
  return wrong.map(({ off }) => `a tick without a time is stored ${off.toFixed(0)} s off after the clock was right`);
}
