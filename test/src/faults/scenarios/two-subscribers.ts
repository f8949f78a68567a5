import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { seeded } from '../random.ts';
import type { SubscriberProcess } from '../subscriber-process.ts';

const PER_SECOND = 2000;

/** Two subscribers on one feed: one stores, the other stands by and takes over. */
export const twoSubscribers: readonly Scenario[] = (['streams', 'pubsub'] as const).flatMap((feed) => [
  { name: `owner-killed-${feed}`, run: (options: ScenarioOptions) => killOwner(feed, options) },
  { name: `owner-paused-${feed}`, run: (options: ScenarioOptions) => pauseOwner(feed, options) },
]);

async function killOwner(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed });
  const times = quick ? 2 : 6;
  const random = seeded(5);
  let { owner, standby } = await launchPair(stack);
  stack.publisher.start(PER_SECOND);
  await owner.sees('insert_success');
  let recoverySeconds = 0;
  for (let i = 0; i < times; i++) {
    await setTimeout(1000 + random() * 700);
    await owner.kill();
    const killedAt = Date.now();
    await standby.owns('owner');
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(killedAt));
    const name = i % 2 === 0 ? 'a' : 'b';
    [owner, standby] = [standby, await launchStandby(stack, name)];
    // What it did not hear itself is stored by the owner before it could be called to take over.
    await stack.caughtUp();
  }
  return [await stack.finish({ fault: 'kill -9 of the owner, the standby takes over', times, recoverySeconds })];
}

async function pauseOwner(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed });
  const times = quick ? 1 : 4;
  const random = seeded(6);
  let { owner, standby } = await launchPair(stack);
  stack.publisher.start(PER_SECOND);
  await owner.sees('insert_success');
  let recoverySeconds = 0;
  const problems: string[] = [];
  for (let i = 0; i < times; i++) {
    await setTimeout(700 + random() * 500);
    owner.pause();
    const pausedAt = Date.now();
    await standby.owns('owner');
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(pausedAt));
    const wokenAt = Date.now();
    owner.resume();
    await owner.owns('standby');
    await stack.caughtUp();
    const wrote = owner.lines.filter(({ event, at }) => event === 'insert_success' && at > wokenAt).length;
    // The answer to a COMMIT from before the pause may still be read; nothing else may.
    if (wrote > 1) problems.push(`a subscriber that was taken over stored ${wrote} times after it woke`);
    [owner, standby] = [standby, owner];
  }
  return [
    await stack.finish({
      fault: 'SIGSTOP of the owner, SIGCONT after the takeover',
      times,
      recoverySeconds,
      notes: ['the one that woke up wrote nothing any more and became standby'],
      problems,
    }),
  ];
}

async function launchPair(stack: FaultStack): Promise<{ owner: SubscriberProcess; standby: SubscriberProcess }> {
  const owner = stack.launch('a');
  await owner.saysOf('feed', true);
  await owner.owns('owner');
  return { owner, standby: await launchStandby(stack, 'b') };
}

async function launchStandby(stack: FaultStack, name: string): Promise<SubscriberProcess> {
  const standby = stack.launch(name);
  await standby.saysOf('feed', true);
  await standby.owns('standby');
  return standby;
}
