import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../faults/fault-row.ts';
import { LaneAges, percentile } from '../faults/lane-ages.ts';
import type { Span } from '../faults/lane-pace.ts';
import { fairSpread } from '../faults/lane-spread.ts';
import { ScriptedCentrifugo } from '../faults/scripted-centrifugo.ts';
import { playTakeovers } from '../faults/takeovers.ts';
import { type EngineOutcome, EngineStack } from './engine-stack.ts';
import { openRedisStreams } from './engines/redis-streams.ts';
import { LANES, ONE_EXCHANGE, PER_SECOND } from './one-exchange.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const STEP_MS = 1000;
/** What the viewers of a lane may wait for, and how old what is committed of it may get, while its subscriber is replaced. */
const MAX_GAP_MS = 5000;

type Play = (stack: EngineStack, centrifugo: ScriptedCentrifugo, options: ScenarioOptions) => Promise<Outcome>;
type Outcome = Omit<EngineOutcome, 'numbers' | 'isWhole'>;

/** Each of four processes leads a lane: one is killed, and only its lane waits; then all are replaced in order. */
export const fourSubscribers: Scenario = { name: 'four-subscribers', isTimed: true, run };

async function run(options: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using centrifugo = await new ScriptedCentrifugo().listen();
  const env = centrifugo.env;
  await using stack = await EngineStack.open(openRedisStreams, { lanes: LANES, exchanges: ONE_EXCHANGE, env });
  const { publisher } = stack;
  const outcomes: EngineOutcome[] = [];
  for (const play of [killOwners, upgrade]) {
    const from = publisher.last + 1;
    const outcome = await play(stack, centrifugo, options);
    const to = publisher.last;
    const notes = [...(outcome.notes ?? []), unseen(stack, centrifugo, from, to)];
    outcomes.push({ ...outcome, notes, isWhole: true, numbers: { from, to } });
  }
  const check = (): Promise<readonly string[]> => centrifugo.otherNumbers(stack.database);
  return await stack.finishAll(outcomes, { fault: 'both, and what went live', times: 1, isWhole: true, check });
}

const killOwners: Play = async (stack, centrifugo, { quick }) => {
  const times = quick ? 1 : 2 * NAMES.length;
  const options = { names: NAMES, lanes: stack.lanes, times, ticksPerSecond: PER_SECOND, quick };
  const { spans: _, ...played } = await playTakeovers(stack, centrifugo, options);
  return { fault: `kill -9 of one of ${NAMES.length} subscribers with ${LANES} lanes`, times, ...played };
};

/** Each is ended by SIGTERM while ticks flow, and started again. */
const upgrade: Play = async (stack, centrifugo, { quick }) => {
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
  const end = Date.now();
  const recoverySeconds = await stack.recovery(end);
  const lanes = new Set(NAMES.map((_, k) => `${ONE_EXCHANGE[0]}/${k}`));
  const gapMs = Math.max(...[...lanes].map((lane) => longestGap(stack, centrifugo, lane, { from: begin, to: end })));
  const ageMs = percentile(ages.between(begin, end, lanes), 1);
  const waited = `the viewers of a lane waited for its next ticks for at most ${(gapMs / 1000).toFixed(2)} s`;
  const aged = `what was committed of a lane was at most ${(ageMs / 1000).toFixed(2)} s old`;
  return {
    fault: `rolling upgrade of ${NAMES.length} subscribers`,
    times: rounds * NAMES.length,
    recoverySeconds,
    notes: [waited, aged, `the slowest stop took ${slowestStop.toFixed(1)} s`],
    problems: [...(gapMs > MAX_GAP_MS ? [waited] : []), ...(ageMs > MAX_GAP_MS ? [aged] : [])],
  };
};

/** Between ticks of a lane as they reached the viewers' server, ms. */
function longestGap({ publisher }: EngineStack, { accepted }: ScriptedCentrifugo, lane: string, { from, to }: Span) {
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

/** What was there before a lane had its next leader is stored by that and does not go live: viewers load it. */
function unseen({ publisher }: EngineStack, { accepted }: ScriptedCentrifugo, from: number, to: number): string {
  let missing = 0;
  for (let n = from; n <= to; n++) {
    if (publisher.fates[n - 1]?.fate === 'taken' && !accepted.has(n)) missing++;
  }
  return `${missing} of ${to - from + 1} ticks came while their lane had no leader, and did not go live`;
}
