import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { LaneAges, percentile } from '../lane-ages.ts';
import { describe, hasStopped, isSlower, LanePace, type Pace, type Span, slowest, usual } from '../lane-pace.ts';
import { fairSpread, stayed } from '../lane-spread.ts';
import { ScriptedCentrifugo } from '../scripted-centrifugo.ts';

const PER_SECOND = 2000;
const LANES = 4;
const ALL = 2 * LANES;
const NAMES = ['a', 'b', 'c'];
const WINDOW_MS = 3000;
/** Processes that were just started are slower. */
const WARM_UP_MS = 5000;
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
  for (const name of NAMES) stack.launch(name);
  await Promise.all(stack.subscribers.map((subscriber) => subscriber.listens()));
  let spread = await fairSpread(stack, ALL);
  await stack.addRules();
  stack.publisher.start(PER_SECOND);
  await setTimeout(WARM_UP_MS);
  await stack.caughtUp();
  await using ages = await LaneAges.of(stack.database);
  const pace = new LanePace(stack, centrifugo, ages);
  const takeoverPaces: Pace[] = [];
  const comebackPaces: Pace[] = [];
  const takeovers: Span[] = [];
  let pauseMs = 0;
  let recoverySeconds = 0;
  for (let i = 0; i < times; i++) {
    const name = NAMES[i % NAMES.length] ?? 'a';
    const quiet = { from: Date.now(), to: Date.now() + WINDOW_MS };
    await setTimeout(WINDOW_MS);
    const killedAt = Date.now();
    await alive(stack, name)?.kill();
    const taken = await fairSpread(stack, ALL);
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(killedAt));
    await setTimeout(Math.max(0, killedAt + WINDOW_MS - Date.now()));
    const takeover = { from: killedAt, to: Date.now() };
    takeovers.push(takeover);
    takeoverPaces.push(...pace.compare('while one was taken over', quiet, takeover, stayed(spread, taken)));
    const its = new Set(spread.get(name));
    pauseMs = Math.max(pauseMs, percentile(ages.between(takeover.from, takeover.to, its), 1));

    const returned = stack.launch(name);
    await returned.listens();
    spread = await fairSpread(stack, ALL);
    await setTimeout(WINDOW_MS / 3);
    const comeback = { from: returned.launchedAt, to: Date.now() };
    comebackPaces.push(...pace.compare('while one came back', quiet, comeback, stayed(taken, spread)));
    await setTimeout(quick ? 0 : WARM_UP_MS);
    // What it did not hear itself is stored by the others before it could be called to take over.
    await stack.caughtUp();
  }
  // What the killed one had sent to the viewers and not stored.
  const isRenumbered = (n: number): boolean => {
    const at = stack.publisher.fates[n - 1]?.at ?? 0;
    return feed === 'pubsub' && takeovers.some(({ from, to }) => at > from - UNSTORED_MS && at < to);
  };
  return [
    await stack.finish({
      fault: `kill -9 of one of ${NAMES.length} subscribers with ${ALL} lanes`,
      isWhole: true,
      times,
      recoverySeconds,
      notes: [
        ...usual([...takeoverPaces, ...comebackPaces]).map((one) => `usually ${describe(one)}`),
        ...slowest([...takeoverPaces, ...comebackPaces]).map((one) => `at worst ${describe(one)}`),
        `what was committed of the killed one's lanes was at most ${(pauseMs / 1000).toFixed(1)} s old`,
      ],
      problems: [
        ...usual(takeoverPaces).filter(isSlower).map(describe),
        ...comebackPaces.filter(hasStopped).map(describe),
        ...(await centrifugo.otherNumbers(stack.database, isRenumbered)),
      ],
    }),
  ];
}

function alive(stack: FaultStack, name: string) {
  return stack.subscribers.find((one) => one.isAlive && one.name === name);
}
