import { setTimeout } from 'node:timers/promises';
import { fairSpread } from '../faults/lane-spread.ts';
import { until } from '../servers/index.ts';
import type { EngineFault, Played } from './engine-fault.ts';
import type { EngineStack } from './engine-stack.ts';
import { overtaken } from './overtaken.ts';

const AFTER_MS = 300;

/** All that can befall this engine, in the order in which it is played: of what is overtaken little may be held before. */
export function faultsOf({ engine }: EngineStack): readonly EngineFault[] {
  const { faults, ownFaults } = engine;
  const own = [...ownFaults].map(([fault, run]) => ({ fault, isWhole: false, play: played(run) }));
  return [
    ...(faults.overtaken === undefined ? [] : [overtaken(faults.overtaken)]),
    { fault: 'killed and started again', isWhole: true, play: played(faults.killed) },
    { fault: 'restarted', isWhole: true, play: played(faults.restarted) },
    ...(faults.leaderLost === undefined
      ? []
      : [{ fault: 'leader lost', isWhole: false, play: played(faults.leaderLost) }]),
    ...own,
    { fault: 'kill -9 of a subscriber, which returns', isWhole: true, play: subscriberKilled },
  ];
}

/** Plays what the engine does itself, and waits until all is well. */
function played(run: () => Promise<unknown>): EngineFault['play'] {
  return async (stack) => {
    const seen = await run();
    const recoverySeconds = await recovered(stack, Date.now());
    return { recoverySeconds, notes: typeof seen === 'string' ? [seen] : [] };
  };
}

async function subscriberKilled(stack: EngineStack): Promise<Played> {
  const [victim] = stack.subscribers.filter(({ isAlive }) => isAlive);
  if (victim === undefined) throw new Error('no subscriber is left');
  const killedAt = Date.now();
  await victim.kill();
  await fairSpread(stack, stack.lanes);
  const recoverySeconds = await stack.recovery(killedAt);
  await stack.launch(victim.name).listens();
  await fairSpread(stack, stack.lanes);
  await stack.caughtUp();
  return { recoverySeconds };
}

/** Waits until ticks are taken again, all subscribers hear, and all that was published is stored. @returns seconds */
async function recovered(stack: EngineStack, since: number): Promise<number> {
  const isTaken = (): boolean =>
    stack.publisher.fates.slice(-50).some(({ fate, sentAt }) => fate === 'taken' && sentAt >= since);
  await until(isTaken, { what: 'the engine taking ticks again' });
  const living = stack.subscribers.filter(({ isAlive }) => isAlive);
  await Promise.all(living.map((subscriber) => subscriber.saysOf('feed', true)));
  await setTimeout(AFTER_MS);
  return await stack.recovery(since);
}
