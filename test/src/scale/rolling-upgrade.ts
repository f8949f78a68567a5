import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../faults/fault-row.ts';
import { LaneAges, percentile } from '../faults/lane-ages.ts';
import { fairSpread } from '../faults/lane-spread.ts';
import { ScriptedCentrifugo } from '../faults/scripted-centrifugo.ts';
import { EngineStack } from './engine-stack.ts';
import { openRedisStreams } from './engines/redis-streams.ts';
import { LANES, ONE_EXCHANGE, PER_SECOND } from './one-exchange.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const STEP_MS = 1000;
/**
 * What the viewers of a lane may miss, and how old what is committed may get, while its subscriber is replaced. Who ends in
 * order gives its lanes away at once; whoever had to wait until it is stale (two seconds here) would take longer than this on
 * an idle machine.
 */
const MAX_GAP_MS = 4000;

/** Four processes are ended by SIGTERM one after the other while ticks flow, and each is started again. */
export const rollingUpgrade: Scenario = { name: 'rolling-upgrade', isTimed: true, run };

async function run({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using centrifugo = await new ScriptedCentrifugo().listen();
  const env = centrifugo.env;
  await using stack = await EngineStack.open(openRedisStreams, { lanes: LANES, exchanges: ONE_EXCHANGE, env });
  const { publisher } = stack;
  for (const name of NAMES) stack.launch(name);
  await Promise.all(stack.subscribers.map((subscriber) => subscriber.listens()));
  await fairSpread(stack, stack.lanes);
  await stack.addRules();
  publisher.start(PER_SECOND);
  await setTimeout(STEP_MS);
  await stack.caughtUp();
  await using ages = await LaneAges.of(stack.database);
  const begin = Date.now();
  const rounds = quick ? 1 : 3;
  let slowestStop = 0;
  for (let round = 0; round < rounds; round++) {
    for (const name of NAMES) {
      slowestStop = Math.max(slowestStop, await stack.living(name).terminate());
      await stack.launch(name).listens();
      await fairSpread(stack, stack.lanes);
      await setTimeout(STEP_MS);
    }
  }
  const recoverySeconds = await stack.recovery(Date.now());
  const end = Date.now();
  await publisher.stop();
  const lanes = new Set(NAMES.map((_, k) => `${ONE_EXCHANGE[0]}/${k}`));
  const gapMs = Math.max(...[...lanes].map((lane) => longestGap(stack, centrifugo, lane, { from: begin, to: end })));
  const ageMs = percentile(ages.between(begin, end, lanes), 1);
  const tooLong = (what: string, ms: number): readonly string[] =>
    ms > MAX_GAP_MS ? [`${what} ${(ms / 1000).toFixed(1)} s`] : [];
  return [
    await stack.finish({
      fault: `rolling upgrade of ${NAMES.length} subscribers`,
      times: rounds * NAMES.length,
      isWhole: true,
      recoverySeconds,
      notes: [
        `the viewers of a lane waited at most ${(gapMs / 1000).toFixed(2)} s for its next ticks`,
        `what was committed of a lane was at most ${(ageMs / 1000).toFixed(2)} s old`,
        `the slowest stop took ${slowestStop.toFixed(1)} s`,
      ],
      problems: [
        ...tooLong('the viewers of a lane waited for its next ticks for', gapMs),
        ...tooLong('what was committed of a lane got as old as', ageMs),
        ...unseen(stack, centrifugo),
        ...(await centrifugo.otherNumbers(stack.database)),
      ],
    }),
  ];
}

/** Between ticks of a lane as they reached the viewers' server, ms. */
function longestGap(
  { publisher }: EngineStack,
  { accepted }: ScriptedCentrifugo,
  lane: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const times = [...accepted]
    .filter(([n, { at }]) => publisher.lane(n) === lane && at >= from && at <= to)
    .map(([, { at }]) => at)
    .sort((a, b) => a - b);
  let longest = 0;
  let last = from;
  for (const at of [...times, to]) {
    longest = Math.max(longest, at - last);
    last = at;
  }
  return longest;
}

/** What the engine took and no viewer was told. */
function unseen({ publisher }: EngineStack, { accepted }: ScriptedCentrifugo): readonly string[] {
  const missing = publisher.fates.filter(({ fate }, i) => fate === 'taken' && !accepted.has(i + 1)).length;
  return missing === 0 ? [] : [`${missing} ticks never went live`];
}
