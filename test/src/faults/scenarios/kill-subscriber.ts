import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { seeded } from '../random.ts';
import { numbersInSpool } from '../spool-copy.ts';
import type { SubscriberProcess } from '../subscriber-process.ts';

const PER_SECOND = 2000;
/** What was published this long before a kill has reached the process and its spool, also on a busy machine. */
const SURELY_HEARD_MS = 1000;
/** After a kill Redis notices within this time that the listener is gone. */
const NOTICED_MS = 1000;

/** kill -9 at any instant: while it starts, replays, receives, or stores. */
export const killSubscriber: readonly Scenario[] = (['streams', 'pubsub'] as const).map((feed) => ({
  name: `kill-9-${feed}`,
  run: (options) => run(feed, options),
}));

async function run(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed });
  const times = quick ? 5 : 50;
  const random = seeded(feed === 'streams' ? 1 : 2);
  const spooled = new Set<number>();
  const kills: number[] = [];
  const recoveries: number[] = [];
  await untilListening(stack.launch());
  stack.publisher.start(PER_SECOND);
  for (let i = 0; i < times; i++) {
    const subscriber = stack.subscribers.at(-1) ?? stack.launch();
    // Every fifth dies while it starts, the others at some instant of their work.
    if (i % 5 !== 4) await untilListening(subscriber);
    await setTimeout(random() * 1200);
    const stored = subscriber.lines.find((line) => line.event === 'insert_success');
    if (stored !== undefined && i > 0) recoveries.push((stored.at - subscriber.launchedAt) / 1000);
    kills.push(Date.now());
    await subscriber.kill();
    if (feed === 'pubsub') for (const n of await numbersInSpool(`${stack.dataFolder()}/spool`)) spooled.add(n);
    stack.launch();
  }
  const launched = stack.subscribers.at(-1)?.launchedAt ?? 0;
  await stack.subscribers.at(-1)?.sees('insert_success');
  recoveries.push((Date.now() - launched) / 1000);
  await setTimeout(1000);
  const covers = (n: number): boolean => {
    const at = stack.publisher.fates[n - 1]?.at ?? 0;
    return spooled.has(n) || !kills.some((kill) => at > kill - SURELY_HEARD_MS && at < kill + NOTICED_MS);
  };
  const notes = feed === 'pubsub' ? [`${spooled.size} messages were found in the spools of killed processes`] : [];
  return [
    await stack.finish({
      fault: 'kill -9 of the subscriber at random instants',
      times,
      recoverySeconds: Math.max(...recoveries),
      notes,
      ...(feed === 'pubsub' ? { coverage: { covers } } : {}),
    }),
  ];
}

async function untilListening(subscriber: SubscriberProcess): Promise<void> {
  await subscriber.ready();
  await subscriber.saysOf('feed', true);
}
