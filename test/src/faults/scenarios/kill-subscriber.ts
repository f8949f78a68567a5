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
  const times = quick ? 4 : 50;
  const random = seeded(feed === 'streams' ? 1 : 2);
  const spooled = new Set<number>();
  const kills: number[] = [];
  await stack.launch().listens();
  await stack.addRules();
  stack.publisher.start(PER_SECOND);
  for (let i = 0; i < times; i++) {
    const subscriber = stack.subscribers.at(-1) ?? stack.launch();
    // Every fifth dies while it starts, the others at some instant of their work.
    if (i % 5 !== 3) await subscriber.listens();
    await setTimeout(random() * 1200);
    kills.push(Date.now());
    await subscriber.kill();
    if (feed === 'pubsub') for (const n of await numbersInSpool(`${stack.dataFolder()}/spool`)) spooled.add(n);
    stack.launch();
  }
  await stack.subscribers.at(-1)?.sees('insert_success');
  await setTimeout(1000);
  const covers = (n: number): boolean => {
    const at = stack.publisher.fates[n - 1]?.at ?? 0;
    return spooled.has(n) || !kills.some((kill) => at > kill - SURELY_HEARD_MS && at < kill + NOTICED_MS);
  };
  const { seconds, listening } = slowestStart(stack.subscribers.slice(1));
  return [
    await stack.finish({
      fault: 'kill -9 of the subscriber at random instants',
      times,
      recoverySeconds: seconds,
      notes: [
        `the slowest process listened ${listening.toFixed(1)} s after its start`,
        ...(feed === 'pubsub' ? [`${spooled.size} ticks were found in the spools of killed processes`] : []),
      ],
      covers: feed === 'pubsub' ? covers : undefined,
    }),
  ];
}

/** Of the processes that lived to store something: seconds from the start to the first batch, and to listening. */
function slowestStart(subscribers: readonly SubscriberProcess[]): { seconds: number; listening: number } {
  let slowest = { seconds: 0, listening: 0 };
  for (const { lines, launchedAt } of subscribers) {
    const after = (event: string) => ((lines.find((line) => line.event === event)?.at ?? 0) - launchedAt) / 1000;
    if (after('insert_success') > slowest.seconds) {
      slowest = { seconds: after('insert_success'), listening: after('ready') };
    }
  }
  return slowest;
}
