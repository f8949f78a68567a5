import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { ScriptedCentrifugo } from '../scripted-centrifugo.ts';
import { playTakeovers } from '../takeovers.ts';

const PER_SECOND = 2000;
const LANES = 4;
const ALL = 2 * LANES;
const NAMES = ['a', 'b', 'c'];
const UNSTORED_MS = 2000;

/** Four lanes an exchange, three subscribers, one killed: only its lanes pause. It comes back, and no other lane does. */
export const laneTakeover: readonly Scenario[] = (['streams', 'pubsub'] as const).map((feed) => ({
  name: `lanes-killed-${feed}`,
  isTimed: true,
  run: (options) => run(feed, options),
}));

async function run(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const times = quick ? 1 : 6;
  await using centrifugo = await new ScriptedCentrifugo().listen();
  await using stack = await FaultStack.open({ feed, lanes: LANES, env: centrifugo.env });
  const options = { names: NAMES, lanes: ALL, times, ticksPerSecond: PER_SECOND, quick };
  const { spans, problems, ...played } = await playTakeovers(stack, centrifugo, options);
  // What the killed one had sent to the viewers and not stored.
  const isRenumbered = (n: number): boolean => {
    const at = stack.publisher.fates[n - 1]?.at ?? 0;
    return feed === 'pubsub' && spans.some(({ from, to }) => at > from - UNSTORED_MS && at < to);
  };
  return [
    await stack.finish({
      fault: `kill -9 of one of ${NAMES.length} subscribers with ${ALL} lanes`,
      isWhole: true,
      times,
      ...played,
      problems: [...problems, ...(await centrifugo.otherNumbers(stack.database, isRenumbered))],
    }),
  ];
}
