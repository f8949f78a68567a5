import { setTimeout } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from '../../servers/index.ts';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { slowRows, untilCopying } from '../mid-copy.ts';

const PER_SECOND = 2000;
const FEEDS = ['streams', 'pubsub'] as const;

/** PostgreSQL away for a minute, and killed while it takes rows in. Both feeds share one server. */
export const postgresOutage: readonly Scenario[] = [
  { name: 'postgres-stopped', run: (options) => stopped(options, 1) },
  { name: 'postgres-stopped-50-a-message', run: (options) => stopped(options, 50) },
  { name: 'postgres-killed-mid-copy', run: killedMidCopy },
];

async function stopped({ quick }: ScenarioOptions, perMessage: number): Promise<readonly FaultRow[]> {
  const seconds = quick ? 6 : 60;
  await using postgres = await startPostgres();
  await using both = await openBoth(postgres, perMessage);
  for (const stack of both.stacks) {
    stack.publisher.start(perMessage > 1 ? 5 * PER_SECOND : PER_SECOND);
    await stack.subscribers[0]?.sees('insert_success');
  }
  await postgres.stop();
  const stoppedAt = Date.now();
  for (const stack of both.stacks) {
    await stack.subscribers[0]?.saysOf('store', false);
    await stack.subscribers[0]?.sees('insert_failure', { since: stoppedAt });
  }
  await setTimeout(stoppedAt + seconds * 1000 - Date.now());
  await postgres.restart();
  const restartedAt = Date.now();
  return await Promise.all(
    both.stacks.map(async (stack) => {
      const recoverySeconds = await stack.recovery(restartedAt);
      await stack.subscribers[0]?.saysOf('store', true);
      const fault = `PostgreSQL stopped for ${seconds} s${perMessage > 1 ? `, ${perMessage} ticks a message` : ''}`;
      return stack.finish({ fault, times: 1, recoverySeconds });
    }),
  );
}

async function killedMidCopy({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const times = quick ? 3 : 20;
  await using postgres = await startPostgres();
  await using both = await openBoth(postgres);
  const recoveries = new Map(both.stacks.map((stack) => [stack, 0]));
  for (const stack of both.stacks) {
    await stack.subscribers[0]?.leadsAsMany(2);
    await slowRows(stack.database);
    stack.publisher.start(PER_SECOND);
  }
  const caught = new Map(both.stacks.map((stack) => [stack, 0]));
  for (let i = 0; i < times; i++) {
    // They take turns in being the one that is caught in the middle; the other is hit wherever it is.
    const victim = both.stacks[i % both.stacks.length];
    if (victim === undefined) break;
    const copying = await untilCopying(victim);
    await postgres.kill();
    for (const stack of both.stacks) {
      if (copying.includes(stack.database.name)) caught.set(stack, (caught.get(stack) ?? 0) + 1);
    }
    await postgres.restart();
    const restartedAt = Date.now();
    await Promise.all(
      both.stacks.map(async (stack) => {
        const seconds = await stack.recovery(restartedAt);
        recoveries.set(stack, Math.max(recoveries.get(stack) ?? 0, seconds));
      }),
    );
  }
  return await Promise.all(
    both.stacks.map((stack) =>
      stack.finish({
        fault: 'PostgreSQL killed while a COPY runs',
        times,
        recoverySeconds: recoveries.get(stack),
        notes: [`${caught.get(stack)} of ${times} kills hit this feed's COPY itself`],
      }),
    ),
  );
}

interface Both extends AsyncDisposable {
  readonly stacks: readonly FaultStack[];
}

async function openBoth(postgres: PostgresServer, perMessage = 1): Promise<Both> {
  const stacks = await Promise.all(FEEDS.map((feed) => FaultStack.open({ feed, postgres, perMessage })));
  for (const stack of stacks) stack.launch();
  await Promise.all(stacks.map((stack) => stack.subscribers[0]?.listens()));
  return {
    stacks,
    async [Symbol.asyncDispose]() {
      await Promise.all(stacks.map((stack) => stack[Symbol.asyncDispose]()));
    },
  };
}
