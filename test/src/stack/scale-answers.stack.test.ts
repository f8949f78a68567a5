import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { until } from '../servers/until.ts';
import { docker, FURTHER_SERVICES, inspect, sql, tryDocker } from './docker.ts';
import { ask, askJson } from './front-door.ts';
import { assertHardened } from './hardened.ts';
import { askWithin, bringBack, replicaSql, scaleUp } from './scale.ts';

interface Average {
  readonly count: number;
  readonly last_time: string;
  readonly complete: boolean;
  readonly holes: readonly { readonly exchange_name: string; readonly from_time: string; readonly reason: string }[];
}

/** A flush and most of what subscribers remember of what they stored (TAIL_KEEP_MS); two flushes and a moment more than it. */
const BRIDGED_MS = 9000;
const FORGOTTEN_MS = 21_000;

const AVERAGE = 'http://localhost/api/average/AAPL';
const ageOf = (time: string): number => Date.now() - Date.parse(time);

before(scaleUp);

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
    const asked1 = async () => {
      const answer = await ask(AVERAGE);
      return { headers: answer.headers, average: JSON.parse(answer.body) as Average };
    };
    await until(async () => (await asked1()).average.complete, { what: 'a whole answer', timeoutMs: 30_000 });
    await replicaSql('SELECT pg_wal_replay_pause()');
    const paused = Date.now();
    try {
      const stored = Number(await replicaSql(`SELECT count(*) FROM stock_prices WHERE stock_name = 'AAPL'`));
      let bridged = 0;
      while (Date.now() - paused < BRIDGED_MS) {
        const { average } = await asked1();
        // What is committed and not replayed comes from the subscribers, or else the answer says that it lacks it.
        if (average.complete) {
          assert.ok(ageOf(average.last_time) < 5000, `${average.last_time} is said to be the last tick`);
          bridged = average.count - stored;
        } else assert.equal(average.holes.at(-1)?.reason, 'unknown');
        await setTimeout(250);
      }
      assert.ok(bridged > 60, `${bridged} ticks beyond the replica's own`);
      await setTimeout(FORGOTTEN_MS - (Date.now() - paused));
      for (let i = 0; i < 3; i++) {
        const { headers, average } = await asked1();
        assert.equal(average.complete, false);
        assert.equal(headers['x-complete'], 'false');
        assert.equal(headers['x-tail'], 'unavailable');
        assert.equal(average.count, stored);
        const holes = average.holes.map(({ exchange_name, reason }) => `${exchange_name} ${reason}`);
        assert.deepEqual(holes, ['NASDAQ unknown']);
        const begin = Date.parse(average.holes[0]?.from_time ?? '');
        assert.ok(begin - Date.parse(average.last_time) <= 1, 'the hole begins behind the last tick');
      }
      const { dependencies } = await askWithin<{ dependencies: { replica: { detail: string } } }>(
        'backend-2',
        'http://127.0.0.1:5050/readyz',
      );
      const [, seconds] = /committed up to \S+, ([\d.]+) s ago$/.exec(dependencies.replica.detail) ?? [];
      assert.ok(Number(seconds) > FORGOTTEN_MS / 1000 - 6, dependencies.replica.detail);
    } finally {
      await replicaSql('SELECT pg_wal_replay_resume()');
    }
    const isUpToDate = async (): Promise<boolean> => {
      const { complete, last_time: time } = await askJson<Average>(AVERAGE);
      return complete && ageOf(time) < 5000;
    };
    await until(isUpToDate, { what: 'whole answers again', timeoutMs: 15_000, everyMs: 100 });
  });

  test('come of both, and none fails when one is killed', async () => {
    const since = new Date().toISOString();
    const statuses: number[] = [];
    const began = Date.now();
    const asked: Promise<void>[] = [];
    const askOne = async (): Promise<void> => {
      // An answer that was on its way breaks off: as every client, this one asks again.
      const { status } = await ask(AVERAGE).catch(() => ask(AVERAGE));
      statuses.push(status);
    };
    let isKilled = false;
    while (Date.now() - began < 6000) {
      asked.push(askOne());
      if (!isKilled && Date.now() - began > 2000) {
        isKilled = true;
        await docker('kill', 'backend-2');
      }
      await setTimeout(50);
    }
    await Promise.all(asked);
    assert.deepEqual([...new Set(statuses)], [200], `${statuses.length} answers`);
    await bringBack('backend-2');
    const { stdout } = await tryDocker(['logs', '--since', since, 'nginx']);
    const upstreams = [...stdout.matchAll(/"upstream":"([^"]+)"/g)].map(([, upstream]) => upstream ?? '');
    const alone = new Set(upstreams.filter((upstream) => !upstream.includes(',')));
    assert.equal(alone.size, 2, [...alone].join());
    assert.ok(
      upstreams.some((upstream) => upstream.includes(',')),
      'somebody was sent on to the other',
    );
  });
});
