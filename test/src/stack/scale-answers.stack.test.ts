import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { until } from '../servers/until.ts';
import { docker, FURTHER_SERVICES, inspect, sql, tryDocker } from './docker.ts';
import { ask, askJson } from './front-door.ts';
import { assertHardened } from './hardened.ts';
import { askWithin, replicaSql, scaleUp } from './scale.ts';

interface Average {
  readonly count: number;
  readonly last_time: string;
  readonly complete: boolean;
  readonly holes: readonly { readonly exchange_name: string; readonly from_time: string; readonly reason: string }[];
}

/** Two flushes and a moment more than what subscribers remember of what they stored (TAIL_KEEP_MS). */
const FORGOTTEN_MS = 21_000;

/** Since all of them run: what the tests before left holes in is not asked for. */
let since = '';
const averageOf = (): string => `http://localhost/api/average/AAPL?start_time=${since}`;
const ageOf = (time: string): number => Date.now() - Date.parse(time);

before(async () => {
  await scaleUp();
  since = new Date().toISOString();
});

test('what is further in the stack is hardened, publishes no port and reaches nothing that it need not', async () => {
  for (const name of FURTHER_SERVICES) {
    await assertHardened(name);
    const { State, NetworkSettings } = await inspect(name);
    assert.equal(State.Health?.Status, 'healthy', name);
    assert.deepEqual(
      Object.values(NetworkSettings.Ports).flatMap((bindings) => bindings ?? []),
      [],
      name,
    );
    const users = (await docker('top', name, '-eo', 'uid,pid,comm')).split('\n').slice(1);
    assert.deepEqual(
      users.filter((line) => line.trim().startsWith('0 ')),
      [],
      name,
    );
  }
  assert.equal(await docker('network', 'inspect', '--format', '{{.Internal}}', 'tickwatch_live'), 'true');
});

test('the role of the replica copies and follows, and reads no table', async () => {
  const login = (database: string) =>
    docker(
      'exec',
      'postgres-replica',
      'psql',
      `postgres://tickwatch_replica:replica-password@postgres/${database}`,
      '-c',
      '',
    );
  for (const database of ['stocks', 'postgres']) await assert.rejects(login(database), /pg_hba\.conf rejects/);
  const role = `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = 'tickwatch_replica'`;
  assert.equal(await sql(role), 'f|f|f|t');
});

describe('answers of two backends from a replica', { concurrency: true }, () => {
  test('come from the replica, say how far it is, and name what it lacks when it is further behind than subscribers remember', async () => {
    assert.match(
      await replicaSql(`SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'tickwatch-backend'`),
      /^tickwatch_reader$/,
    );
    const askedNow = async () => {
      const answer = await ask(averageOf());
      return { ...answer, average: JSON.parse(answer.body) as Average };
    };
    await until(async () => (await askedNow()).average.complete, { what: 'a whole answer' });
    const storedCount = async (): Promise<number> =>
      Number(
        await replicaSql(`SELECT count(*) FROM stock_prices WHERE stock_name = 'AAPL' AND "timestamp" >= '${since}'`),
      );
    await until(async () => (await storedCount()) > 0, { what: 'ticks at the replica' });
    await replicaSql('SELECT pg_wal_replay_pause()');
    const paused = Date.now();
    try {
      const stored = await storedCount();
      let bridged = 0;
      while (Date.now() - paused < FORGOTTEN_MS) {
        const { status, average } = await askedNow();
        // What is committed and not replayed comes from the subscribers, or else the answer says that it lacks it.
        if (status === 503) continue;
        assert.equal(status, 200);
        if (average.complete) {
          assert.ok(ageOf(average.last_time) < 5000, `${average.last_time} is said to be the last tick`);
          if (average.count > stored) bridged = Date.now() - paused;
        } else assert.equal(average.holes.at(-1)?.reason, 'unknown');
        await setTimeout(250);
      }
      // Longer than any tick waits for its flush.
      assert.ok(bridged > 6000, `the last whole answer came after ${bridged} ms`);
      for (let i = 0; i < 3; i++) {
        const { headers, average } = await askedNow();
        assert.equal(average.complete, false);
        assert.equal(headers['x-complete'], 'false');
        assert.equal(headers['x-tail'], 'unavailable');
        assert.equal(average.count, stored);
        const holes = average.holes.map(({ exchange_name, reason }) => `${exchange_name} ${reason}`);
        assert.deepEqual(holes, ['NASDAQ unknown']);
        const begin = Date.parse(average.holes[0]?.from_time ?? '');
        const { last_time: last } = average;
        assert.ok(begin >= Date.parse(last) && begin <= paused, `of ${last} to ${paused}, a hole from ${begin}`);
      }
      const { dependencies } = await askWithin<{ dependencies: { replica: { detail: string } } }>(
        'backend',
        'http://127.0.0.1:5050/readyz',
      );
      const [, seconds] = /committed up to \S+, ([\d.]+) s ago$/.exec(dependencies.replica.detail) ?? [];
      assert.ok(Number(seconds) > FORGOTTEN_MS / 1000 - 6, dependencies.replica.detail);
    } finally {
      await replicaSql('SELECT pg_wal_replay_resume()');
    }
    const isUpToDate = async (): Promise<boolean> => {
      const { complete, last_time: time } = await askJson<Average>(averageOf());
      return complete && ageOf(time) < 5000;
    };
    await until(isUpToDate, { what: 'whole answers again', everyMs: 100 });
  });

  test('come of both, and none fails when one is killed', async () => {
    const since = new Date().toISOString();
    /** Of each answer the servers that were asked for it, one after the other. */
    const upstreams = async (): Promise<readonly string[]> => {
      const { stdout } = await tryDocker(['logs', '--since', since, 'nginx']);
      return [...stdout.matchAll(/"uri":"\/api\/average\/AAPL[^"]*".*"upstream":"([^"]+)"/g)].map(
        ([, upstream]) => upstream ?? '',
      );
    };
    const areBoth = async (): Promise<boolean> => {
      await Promise.all(Array.from({ length: 8 }, () => askJson(averageOf())));
      return new Set((await upstreams()).filter((upstream) => !upstream.includes(','))).size === 2;
    };
    await until(areBoth, { what: 'answers of both', everyMs: 100 });

    const began = Date.now();
    const asked: Promise<number>[] = [];
    const killed = docker('kill', 'backend-2');
    while (Date.now() - began < 4000) {
      // An answer that was on its way breaks off: as every client, this one asks again.
      const answer = ask(averageOf()).catch(() => ask(averageOf()));
      asked.push(answer.then(({ status }) => status));
      await setTimeout(50);
    }
    await killed;
    const statuses = await Promise.all(asked);
    await docker('start', 'backend-2');
    assert.deepEqual([...new Set(statuses)], [200], `${statuses.length} answers`);
    assert.ok(
      (await upstreams()).some((upstream) => upstream.includes(',')),
      'somebody was sent on to the other',
    );
  });
});
