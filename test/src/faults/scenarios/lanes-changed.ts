import { setTimeout } from 'node:timers/promises';
import { lanesOf } from '@tickwatch/core';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { EXCHANGES } from '../numbered-ticks.ts';

const PER_SECOND = 2000;
/** Also a disk's group commit takes less. */
const KEPT_MS = 500;

/** Of the lanes of one start nothing but what an alert asks for is committed before they are lanes of before. */
const NEVER_COMMITTED = { FLUSH_INTERVAL_MS: '600000' };

/** LANES changed between two starts, while ticks wait in the lanes of before: these are drained first. */
export const lanesChanged: readonly Scenario[] = (['streams', 'pubsub'] as const).map((feed) => ({
  name: `lanes-changed-${feed}`,
  run: (options) => run(feed, options),
}));

async function run(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const counts = quick ? [1, 4, 1] : [1, 4, 2, 1, 3, 1];
  await using stack = await FaultStack.open({ feed });
  let left = 0;
  for (const [index, lanes] of counts.entries()) {
    stack.publisher.lanes = lanes;
    const subscriber = await stack.work(
      PER_SECOND,
      stack.launch('a', { LANES: String(lanes), ...(index === 1 ? NEVER_COMMITTED : {}) }),
    );
    if (index === counts.length - 1) break;
    await setTimeout(500);
    await stack.postgres.stop();
    await subscriber.saysOf('store', false);
    await setTimeout(1000);
    await stack.publisher.stop();
    await setTimeout(KEPT_MS);
    left += (await subscriber.ledger()).total.waiting;
    await (index % 2 === 0 ? subscriber.terminate() : subscriber.kill());
    await stack.postgres.restart();
  }
  const last = stack.subscribers.at(-1) ?? stack.launch();
  const wanted = lanesOf(new Map(EXCHANGES.map((exchange) => [exchange, counts.at(-1) ?? 1])));
  // Of a stream that was another lane's, what arrives late is read too: it goes on being drained.
  await last.reports('that nothing waits in old lanes', ({ lanes }) =>
    Object.entries(lanes).every(([lane, { state, waiting }]) =>
      wanted.includes(lane) ? state === 'leading' : state !== 'leading' && waiting === 0,
    ),
  );
  const recoverySeconds = (Date.now() - last.launchedAt) / 1000;
  return [
    await stack.finish({
      fault: `LANES changed between starts (${counts.join(', ')})`,
      times: counts.length - 1,
      recoverySeconds,
      notes: [`${left} ticks waited in lanes of before, which were drained`],
    }),
  ];
}
