import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { seeded } from '../random.ts';
import type { SubscriberProcess } from '../subscriber-process.ts';

const PER_SECOND = 2000;
/** One of each exchange. */
const LANES = 2;

type Pair = readonly [SubscriberProcess, SubscriberProcess];

/** Two subscribers on one feed: each leads a lane; the one that is left leads both. */
export const twoSubscribers: readonly Scenario[] = (['streams', 'pubsub'] as const).flatMap((feed) => [
  { name: `leader-killed-${feed}`, run: (options: ScenarioOptions) => killOne(feed, options) },
  { name: `leader-paused-${feed}`, run: (options: ScenarioOptions) => pauseOne(feed, options) },
]);

async function killOne(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed });
  const times = quick ? 1 : 6;
  const random = seeded(5);
  let [victim, other] = await launchPair(stack);
  await stack.addRules();
  stack.publisher.start(PER_SECOND);
  await victim.sees('insert_success');
  let recoverySeconds = 0;
  for (let i = 0; i < times; i++) {
    await setTimeout(1000 + random() * 700);
    await victim.kill();
    const killedAt = Date.now();
    await other.leadsAsMany(LANES);
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(killedAt));
    [victim, other] = [other, await join(stack, i % 2 === 0 ? 'a' : 'b')];
    // What it did not hear itself is stored by the other before it could be called to take over.
    await stack.caughtUp();
  }
  return [
    await stack.finish({ fault: 'kill -9 of a leader, the other takes over', times, recoverySeconds, isWhole: true }),
  ];
}

async function pauseOne(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed });
  const times = quick ? 1 : 4;
  const random = seeded(6);
  let [victim, other] = await launchPair(stack);
  await stack.addRules();
  stack.publisher.start(PER_SECOND);
  await victim.sees('insert_success');
  let recoverySeconds = 0;
  const problems: string[] = [];
  for (let i = 0; i < times; i++) {
    await setTimeout(700 + random() * 500);
    victim.pause();
    const pausedAt = Date.now();
    await other.leadsAsMany(LANES);
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(pausedAt));
    const wokenAt = Date.now();
    victim.resume();
    const noticed = await victim.sees('lease_lost', { since: wokenAt });
    const wrote = victim.lines.filter(
      ({ event, at }) => event === 'insert_success' && at > wokenAt && at < noticed.at,
    ).length;
    // The answer to a COMMIT from before the pause may still be read; nothing else may.
    if (wrote > 1) problems.push(`a subscriber that was taken over stored ${wrote} times after it woke`);
    await victim.leadsAsMany(1);
    await stack.caughtUp();
    [victim, other] = [other, victim];
  }
  return [
    await stack.finish({
      fault: 'SIGSTOP of a leader, SIGCONT after the takeover',
      isWhole: true,
      times,
      recoverySeconds,
      notes: ['the one that woke up wrote nothing any more until it was given a lane again'],
      problems,
    }),
  ];
}

async function launchPair(stack: FaultStack): Promise<Pair> {
  const first = stack.launch('a');
  await first.listens();
  await first.leadsAsMany(LANES);
  return [first, await join(stack, 'b')];
}

/** Starts another one, and waits until it was given its share. */
async function join(stack: FaultStack, name: string): Promise<SubscriberProcess> {
  const joined = stack.launch(name);
  await joined.listens();
  await joined.leadsAsMany(1);
  return joined;
}
