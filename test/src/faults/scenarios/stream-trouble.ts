import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import type { SubscriberProcess } from '../subscriber-process.ts';

const PER_SECOND = 1000;
const SICK_MS = 2000;
const CLOCK_BACK_MS = 3_600_000;
const USER = 'watcher';

/** One lane's stream is no stream, or not to be read, or begins anew: the others go on, and it recovers. */
export const streamTrouble: readonly Scenario[] = [
  { name: 'stream-wrong-type', run: wrongType },
  { name: 'stream-not-allowed', run: notAllowed },
  { name: 'stream-begins-anew', run: beginsAnew },
];

async function wrongType(): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed: 'streams' });
  const subscriber = await stack.work(PER_SECOND);
  // What is deleted with the stream must be stored before.
  await stack.publisher.stop();
  await stack.caughtUp();
  await redis(stack, ['DEL', 'ticks:NASDAQ'], ['SET', 'ticks:NASDAQ', 'no stream']);
  stack.publisher.start(PER_SECOND);
  const problems = await onlySick(subscriber, ['NASDAQ/0']);
  await redis(stack, ['DEL', 'ticks:NASDAQ']);
  const recoverySeconds = await recovers(stack, subscriber);
  return [await stack.finish({ fault: 'the stream of one lane is a string', times: 1, recoverySeconds, problems })];
}

async function notAllowed(): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed: 'streams' });
  await redis(stack, ['ACL', 'SETUSER', USER, 'on', '>secret', '~*', '+@all']);
  const url = new URL(stack.redis.url);
  url.username = USER;
  url.password = 'secret';
  const subscriber = await stack.work(PER_SECOND, stack.launch('a', { REDIS_URL: url.href }));
  const steps = [
    { take: ['resetkeys', '~ticks:NYSE'], give: ['~*'], sick: ['NASDAQ/0'] },
    { take: ['-xread'], give: ['+xread'], sick: ['NASDAQ/0', 'NYSE/0'] },
  ];
  const problems: string[] = [];
  let recoverySeconds = 0;
  for (const { take, give, sick } of steps) {
    await redis(stack, ['ACL', 'SETUSER', USER, ...take]);
    problems.push(...(await onlySick(subscriber, sick)));
    await redis(stack, ['ACL', 'SETUSER', USER, ...give]);
    recoverySeconds = Math.max(recoverySeconds, await recovers(stack, subscriber));
  }
  const fault = 'Redis does not let one stream be read, then none';
  return [await stack.finish({ fault, times: steps.length, recoverySeconds, problems })];
}

async function beginsAnew(): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed: 'streams' });
  const { publisher } = stack;
  const subscriber = await stack.work(PER_SECOND);
  const commands = [['DEL', 'ticks:NYSE'], ['FLUSHALL']];
  let recoverySeconds = 0;
  for (const [i, command] of commands.entries()) {
    await publisher.stop();
    await stack.caughtUp();
    const since = Date.now();
    await redis(stack, command);
    // Ids as of a clock that was set back; of all streams they are no times at all.
    const time = i === 0 ? Date.now() - CLOCK_BACK_MS : 1;
    publisher.idOf = (n) => (i === 1 || publisher.ticks.exchange(n) === 'NYSE' ? `${time}-${n}` : '*');
    publisher.start(PER_SECOND);
    await subscriber.sees('source_restarted', { since });
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(since));
  }
  const fault = 'a stream is deleted, or all are, and ids begin lower';
  return [await stack.finish({ fault, times: commands.length, recoverySeconds })];
}

/** Waits until just these lanes are sick. @returns what is wrong with the others */
async function onlySick(subscriber: SubscriberProcess, sick: readonly string[]): Promise<readonly string[]> {
  const isSick = (lanes: object = {}): boolean => Object.keys(lanes).sort().join() === sick.join();
  await subscriber.reports(`only ${sick} failed`, ({ feed }) => isSick(feed.lanes));
  await subscriber.saysOf('feed', false);
  const before = await subscriber.ledger();
  await setTimeout(SICK_MS);
  const after = await subscriber.ledger();
  const stopped = Object.keys(after.lanes).filter(
    (lane) => !sick.includes(lane) && after.lanes[lane]?.stored === before.lanes[lane]?.stored,
  );
  return stopped.map((lane) => `${lane} stored nothing while only ${sick} could not be read`);
}

async function recovers(stack: FaultStack, subscriber: SubscriberProcess): Promise<number> {
  const givenAt = Date.now();
  await subscriber.saysOf('feed', true);
  await setTimeout(500);
  return await stack.recovery(givenAt);
}

async function redis(stack: FaultStack, ...commands: readonly (readonly string[])[]): Promise<void> {
  const client = await stack.redis.connect();
  try {
    for (const command of commands) await client.sendCommand([...command]);
  } finally {
    client.destroy();
  }
}
