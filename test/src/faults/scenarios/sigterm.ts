import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { seeded } from '../random.ts';

const PER_SECOND = 4000;
const LIMIT_SECONDS = 10;
const DATABASE_IS = ['there', 'stopped', 'hanging'] as const;

/** SIGTERM under load: everything is stored, or left in the log and said so, within ten seconds. */
export const sigterm: readonly Scenario[] = (['streams', 'pubsub'] as const).map((feed) => ({
  name: `sigterm-${feed}`,
  run: (options) => run(feed, options),
}));

async function run(feed: 'streams' | 'pubsub', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed, env: { FLUSH_INTERVAL_MS: '2000' } });
  const times = quick ? 3 : 6;
  const random = seeded(9);
  const problems: string[] = [];
  let slowest = 0;
  let left = 0;
  stack.publisher.start(PER_SECOND);
  for (let i = 0; i < times; i++) {
    const subscriber = stack.launch();
    await subscriber.listens();
    await subscriber.sees('insert_success');
    await setTimeout(random() * 2000);
    const database = DATABASE_IS[i % DATABASE_IS.length];
    const isAway = database !== 'there';
    if (database === 'stopped') await stack.postgres.stop();
    if (database === 'hanging') stack.postgres.pause();
    await setTimeout(isAway ? 500 : 0);
    slowest = Math.max(slowest, await subscriber.terminate());
    const waiting = subscriber.farewell?.waiting ?? Number.NaN;
    if (subscriber.end !== 0) problems.push(`it ended by ${subscriber.end}`);
    if (isAway ? !(waiting > 0) : waiting !== 0) problems.push(`it said at its end that ${waiting} ticks wait`);
    left += isAway ? waiting : 0;
    if (database === 'stopped') await stack.postgres.restart();
    if (database === 'hanging') stack.postgres.resume();
  }
  if (slowest > LIMIT_SECONDS) problems.push(`it took ${slowest.toFixed(1)} s to stop`);
  const last = stack.launch();
  await last.listens();
  await last.sees('insert_success');
  const recoverySeconds = (Date.now() - last.launchedAt) / 1000;
  return [
    await stack.finish({
      fault: 'SIGTERM under load',
      times,
      recoverySeconds,
      notes: [
        `the slowest stop took ${slowest.toFixed(1)} s`,
        `with PostgreSQL stopped or hanging ${left} ticks were left in the log, said so, and stored by the next process`,
      ],
      problems,
    }),
  ];
}
