import { setTimeout } from 'node:timers/promises';
import { LaneAges, percentile } from './lane-ages.ts';
import { describe, hasStopped, isSlower, LanePace, type Pace, type Span, slowest, usual } from './lane-pace.ts';
import { fairSpread, stayed } from './lane-spread.ts';
import type { ScriptedCentrifugo } from './scripted-centrifugo.ts';
import type { TickStack } from './tick-stack.ts';

const WINDOW_MS = 3000;
/** Processes that were just started are slower. */
const WARM_UP_MS = 5000;

export interface TakeoverOptions {
  /** Of the subscribers, which are killed in turn. */
  readonly names: readonly string[];
  /** How many lanes there are. */
  readonly lanes: number;
  readonly times: number;
  readonly ticksPerSecond: number;
  readonly quick: boolean;
}

export interface Takeovers {
  readonly recoverySeconds: number;
  /** When lanes had lost their owner. */
  readonly spans: readonly Span[];
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** Kills subscribers that share lanes, in turn: only the lanes of the killed pause. It comes back, and no other lane does. */
export async function playTakeovers(
  stack: TickStack,
  centrifugo: ScriptedCentrifugo,
  { names, lanes, times, ticksPerSecond, quick }: TakeoverOptions,
): Promise<Takeovers> {
  for (const name of names) stack.launch(name);
  await Promise.all(stack.subscribers.map((subscriber) => subscriber.listens()));
  let spread = await fairSpread(stack, lanes);
  await stack.addRules();
  stack.publisher.start(ticksPerSecond);
  await setTimeout(WARM_UP_MS);
  await stack.caughtUp();
  await using ages = await LaneAges.of(stack.database);
  const pace = new LanePace(stack, centrifugo, ages);
  const takeoverPaces: Pace[] = [];
  const comebackPaces: Pace[] = [];
  const spans: Span[] = [];
  let pauseMs = 0;
  let recoverySeconds = 0;
  for (let i = 0; i < times; i++) {
    const name = names[i % names.length] ?? '';
    const quiet = { from: Date.now(), to: Date.now() + WINDOW_MS };
    await setTimeout(WINDOW_MS);
    const killedAt = Date.now();
    await stack.living(name).kill();
    const taken = await fairSpread(stack, lanes);
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(killedAt));
    await setTimeout(Math.max(0, killedAt + WINDOW_MS - Date.now()));
    const takeover = { from: killedAt, to: Date.now() };
    spans.push(takeover);
    takeoverPaces.push(...pace.compare('while one was taken over', quiet, takeover, stayed(spread, taken)));
    const its = new Set(spread.get(name));
    pauseMs = Math.max(pauseMs, percentile(ages.between(takeover.from, takeover.to, its), 1));

    const returned = stack.launch(name);
    await returned.listens();
    spread = await fairSpread(stack, lanes);
    await setTimeout(WINDOW_MS / 3);
    const comeback = { from: returned.launchedAt, to: Date.now() };
    comebackPaces.push(...pace.compare('while one came back', quiet, comeback, stayed(taken, spread)));
    await setTimeout(quick ? 0 : WARM_UP_MS);
    // What it did not hear itself is stored by the others before it could be called to take over.
    await stack.caughtUp();
  }
  return {
    recoverySeconds,
    spans,
    notes: [
      ...usual([...takeoverPaces, ...comebackPaces]).map((one) => `usually ${describe(one)}`),
      ...slowest([...takeoverPaces, ...comebackPaces]).map((one) => `at worst ${describe(one)}`),
      `what was committed of the killed one's lanes was at most ${(pauseMs / 1000).toFixed(1)} s old`,
    ],
    problems: [
      ...usual(takeoverPaces).filter(isSlower).map(describe),
      ...comebackPaces.filter(hasStopped).map(describe),
    ],
  };
}
