import type { FaultRow, Scenario, ScenarioOptions } from '../faults/fault-row.ts';
import { ScriptedCentrifugo } from '../faults/scripted-centrifugo.ts';
import { playTakeovers } from '../faults/takeovers.ts';
import { EngineStack } from './engine-stack.ts';
import { openRedisStreams } from './engines/redis-streams.ts';
import { LANES, ONE_EXCHANGE, PER_SECOND } from './one-exchange.ts';

const NAMES = ['a', 'b', 'c', 'd'];

/** Each of four processes leads one lane: while one is killed and replaced, only its lane waits. */
export const ownerKilled: Scenario = { name: 'owner-killed', isTimed: true, run };

async function run({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using centrifugo = await new ScriptedCentrifugo().listen();
  const env = centrifugo.env;
  await using stack = await EngineStack.open(openRedisStreams, { lanes: LANES, exchanges: ONE_EXCHANGE, env });
  const times = quick ? 1 : 2 * NAMES.length;
  const options = { names: NAMES, lanes: stack.lanes, times, ticksPerSecond: PER_SECOND, quick };
  const { spans: _, problems, ...played } = await playTakeovers(stack, centrifugo, options);
  return [
    await stack.finish({
      fault: `kill -9 of one of ${NAMES.length} subscribers with ${LANES} lanes`,
      isWhole: true,
      times,
      ...played,
      problems: [...problems, ...(await centrifugo.otherNumbers(stack.database))],
    }),
  ];
}
