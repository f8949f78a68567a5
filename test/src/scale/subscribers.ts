import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../faults/fault-row.ts';
import { fairSpread } from '../faults/lane-spread.ts';
import { type EngineOutcome, EngineStack } from './engine-stack.ts';
import { openRedisStreams } from './engines/redis-streams.ts';
import { LANES, ONE_EXCHANGE, PER_SECOND } from './one-exchange.ts';

/** How many processes share the lanes, one after the other; those of before stay. */
const COUNTS = [1, 2, 4];
const NAMES = ['a', 'b', 'c', 'd'];
const WORK_MS = 1000;
/** Beyond this the others hold it for dead; they are to notice long before the longer time. */
const STALE_MS = 3000;
const TAKEOVER_MS = 60_000;

/** Four lanes of one exchange over one, two and four processes; each is killed and paused, and returns. */
export const severalSubscribers: Scenario = { name: 'subscribers', run };

async function run({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await EngineStack.open(openRedisStreams, { lanes: LANES, exchanges: ONE_EXCHANGE });
  const rows: EngineOutcome[] = [];
  for (const count of COUNTS) {
    const from = stack.publisher.last + 1;
    const names = NAMES.slice(0, count);
    const spread = await join(stack, names);
    if (from === 1) {
      await stack.addRules();
      stack.publisher.start(PER_SECOND);
    }
    await setTimeout(WORK_MS);
    const killed = quick ? names.slice(-1) : names;
    const paused = quick ? names.slice(0, 1) : names;
    let recoverySeconds = 0;
    for (const name of killed) recoverySeconds = Math.max(recoverySeconds, await kill(stack, name));
    for (const name of paused) recoverySeconds = Math.max(recoverySeconds, await pause(stack, name));
    rows.push({
      fault: `${count} of them, ${killed.length} killed and ${paused.length} paused in turn`,
      times: killed.length + paused.length,
      isWhole: true,
      recoverySeconds,
      numbers: { from, to: stack.publisher.last },
      notes: [`${LANES} lanes: ${[...spread].map(([name, { length }]) => `${name} leads ${length}`).join(', ')}`],
    });
  }
  return await stack.finishAll(rows, { fault: `${LANES} lanes over 1, 2 and 4 subscribers`, times: 1, isWhole: true });
}

/** Starts those that are not there yet. */
async function join(stack: EngineStack, names: readonly string[]) {
  const missing = names.filter((name) => !stack.subscribers.some((one) => one.isAlive && one.name === name));
  await Promise.all(missing.map((name) => stack.launch(name).listens()));
  return await fairSpread(stack, stack.lanes);
}

async function kill(stack: EngineStack, name: string): Promise<number> {
  const killedAt = Date.now();
  await stack.living(name).kill();
  // Its lanes are taken by the others before it returns; where there are none they wait for it.
  if (stack.subscribers.some(({ isAlive }) => isAlive)) await fairSpread(stack, stack.lanes);
  else await join(stack, [name]);
  const seconds = await stack.recovery(killedAt);
  await join(stack, [name]);
  await stack.caughtUp();
  return seconds;
}

/** It sleeps until the others lead its lanes; where there are none, as long as they would wait. */
async function pause(stack: EngineStack, name: string): Promise<number> {
  const sleeper = stack.living(name);
  const awake = stack.subscribers.filter((one) => one.isAlive && one !== sleeper);
  const pausedAt = Date.now();
  sleeper.pause();
  const lead = async (): Promise<number> =>
    (await Promise.all(awake.map((one) => one.leads()))).reduce((sum, { length }) => sum + length, 0);
  while (Date.now() < pausedAt + STALE_MS || (awake.length > 0 && (await lead()) < stack.lanes)) {
    if (Date.now() > pausedAt + TAKEOVER_MS) throw new Error(`the lanes of ${name}, which sleeps, were not taken over`);
    await setTimeout(100);
  }
  const seconds = awake.length > 0 ? await stack.recovery(pausedAt) : undefined;
  const wokenAt = Date.now();
  sleeper.resume();
  if (awake.length > 0) await sleeper.sees('lease_lost', { since: wokenAt });
  await fairSpread(stack, stack.lanes);
  return seconds ?? (await stack.recovery(wokenAt));
}
