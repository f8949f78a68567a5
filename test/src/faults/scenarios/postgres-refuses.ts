import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { slowRows, untilCopying } from '../mid-copy.ts';

const PER_SECOND = 2000;

/** PostgreSQL is there, but does not take the rows. */
export const postgresRefuses: readonly Scenario[] = [
  { name: 'postgres-read-only', run: readOnly },
  { name: 'postgres-too-many-connections', run: tooManyConnections },
  { name: 'postgres-slow', run: slow },
  { name: 'poison-rows', run: poison },
];

async function readOnly(options: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await begin();
  const recoverySeconds = await refuseFor(
    stack,
    options,
    async () => {
      await stack.database.query('ALTER SYSTEM SET default_transaction_read_only = on');
      await stack.database.query('SELECT pg_reload_conf()');
    },
    async () => {
      await stack.database.query('ALTER SYSTEM RESET default_transaction_read_only');
      await stack.database.query('SELECT pg_reload_conf()');
    },
  );
  return [await stack.finish({ fault: 'PostgreSQL read-only', times: 1, recoverySeconds })];
}

async function tooManyConnections(options: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed: 'pubsub' });
  // A user of its own, because superusers get in by reserved slots; PostgreSQL refuses both with SQLSTATE 53300.
  await stack.database.query("CREATE ROLE plain LOGIN PASSWORD 'plain'");
  await stack.database.query('GRANT ALL ON SCHEMA public TO plain');
  const url = new URL(stack.database.url);
  url.username = 'plain';
  url.password = 'plain';
  await stack.work(PER_SECOND, stack.launch('a', { DATABASE_URL: url.href }));
  const recoverySeconds = await refuseFor(
    stack,
    options,
    async () => {
      await stack.database.query('ALTER ROLE plain CONNECTION LIMIT 0');
      await stack.database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'plain'");
    },
    async () => {
      await stack.database.query('ALTER ROLE plain CONNECTION LIMIT -1');
    },
  );
  return [await stack.finish({ fault: 'PostgreSQL takes no more connections', times: 1, recoverySeconds })];
}

/**
 * Paused again and again for longer than a statement may take, every other time in the middle of a COPY: what was
 * given up may be committed all the same. Rows are slow, too, so that what has gathered is too much for one statement.
 */
async function slow({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await begin({ WRITE_TIMEOUT_MS: '1000' });
  await slowRows(stack.database);
  const times = quick ? 2 : 6;
  let recoverySeconds = 0;
  for (let i = 0; i < times; i++) {
    if (i % 2 === 0) await untilCopying(stack);
    const since = Date.now();
    stack.postgres.pause();
    await stack.subscribers[0]?.sees('insert_failure', { since });
    await setTimeout(500);
    stack.postgres.resume();
    recoverySeconds = Math.max(recoverySeconds, await stack.recovery(Date.now()));
  }
  return [
    await stack.finish({
      fault: 'PostgreSQL paused for longer than a statement may take',
      times,
      recoverySeconds,
    }),
  ];
}

async function poison({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using stack = await begin();
  const times = quick ? 3 : 20;
  await stack.database.query('ALTER TABLE day_prices ADD CONSTRAINT no_poison CHECK (price <> 666.666) NOT VALID');
  for (let i = 0; i < times; i++) {
    await stack.publisher.extra(i % 2 === 0 ? 'NASDAQ' : 'NYSE', `POISON${i}:666.666`);
    await setTimeout(150);
  }
  const recoverySeconds = await stack.recovery(Date.now());
  const refused = await stack.database.query<{ message: string }>(
    "SELECT message FROM rejected_messages WHERE reason = 'refused_by_database' AND detail LIKE '%no_poison%'",
  );
  const others = await stack.database.query("SELECT FROM rejected_messages WHERE reason <> 'refused_by_database'");
  return [
    await stack.finish({
      fault: 'rows that PostgreSQL refuses for their content',
      times,
      recoverySeconds,
      notes: [`${refused.length} bad rows are in rejected_messages with PostgreSQL's reason, all others are stored`],
      problems:
        refused.length === times && others.length === 0
          ? []
          : [`${refused.length} of ${times} bad rows are kept with the constraint's name, and ${others.length} others`],
    }),
  ];
}

async function begin(env: Readonly<Record<string, string>> = {}): Promise<FaultStack> {
  const stack = await FaultStack.open({ feed: 'pubsub', env });
  await stack.work(PER_SECOND);
  return stack;
}

/** @returns seconds from the end of the refusal until everything was stored */
async function refuseFor(
  stack: FaultStack,
  { quick }: ScenarioOptions,
  begin: () => Promise<void>,
  end: () => Promise<void>,
): Promise<number> {
  const since = Date.now();
  await begin();
  await stack.subscribers[0]?.sees('insert_failure', { since });
  await stack.subscribers[0]?.saysOf('store', false);
  await setTimeout(quick ? 1000 : 8000);
  await end();
  return await stack.recovery(Date.now());
}
