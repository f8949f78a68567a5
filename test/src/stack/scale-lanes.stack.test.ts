import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { decodeText, nowMicros } from '@tickwatch/core';
import { until } from '../servers/until.ts';
import { docker, sql, sqlNumber } from './docker.ts';
import { askJson } from './front-door.ts';
import { lanesOf, SUBSCRIBERS, scaleUp } from './scale.ts';

const LANES = ['NASDAQ', 'NYSE'].flatMap((exchange) => [0, 1, 2, 3].map((lane) => `${exchange}/${lane}`));

before(scaleUp);

/** What each of some subscribers leads, none of it led twice. */
async function shares(of: readonly string[]): Promise<readonly (readonly string[])[]> {
  const all = await Promise.all(of.map(lanesOf));
  assert.equal(new Set(all.flat()).size, all.flat().length, 'a lane is led twice');
  return all;
}

const areShared = (of: readonly string[], most: number) => async (): Promise<boolean> => {
  const all = await shares(of).catch(() => []);
  return all.flat().length === LANES.length && all.every((lanes) => lanes.length <= most);
};

interface Counts {
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly refused: number;
  readonly lost: number;
  readonly waiting: number;
}

interface Ledger {
  readonly exchanges: Readonly<Record<string, Counts>>;
  readonly lanes: Readonly<Record<string, Counts & { readonly state: string }>>;
  readonly subscribers: { readonly asked: number; readonly answered: number };
}

/** Everything in the streams of both exchanges since a moment, as `stock price µs`. */
async function published(since: number): Promise<readonly string[]> {
  const from = String(Math.floor(since / 1000));
  const streams = await Promise.all(
    LANES.map((lane) => docker('exec', 'redis', 'redis-cli', '--raw', 'XRANGE', `ticks:{${lane}}`, from, '+')),
  );
  return streams.flatMap((entries) =>
    entries.split('\n').flatMap((line) => {
      const tick = decodeText(line, nowMicros());
      return tick.ok && tick.time > since ? [`${tick.stock} ${tick.price} ${tick.time}`] : [];
    }),
  );
}

test('four subscribers share eight lanes; those of one that is killed go on at others, and nothing is lost or stored twice', async (t) => {
  const even = areShared(SUBSCRIBERS, 2);
  await until(even, { what: 'two lanes at each', everyMs: 500 });
  const [, , third = []] = await shares(SUBSCRIBERS);
  const since = nowMicros();
  const recorded = () => sqlNumber(`SELECT count(*) FROM gaps WHERE recorded_at > to_timestamp(${since} / 1e6)`);

  const began = performance.now();
  await docker('kill', 'subscriber-3');
  const living = SUBSCRIBERS.filter((name) => name !== 'subscriber-3');
  await until(areShared(living, 3), { what: 'all lanes at the three', timeoutMs: 40_000, everyMs: 250 });
  t.diagnostic(`${third.join(', ')} went on after ${((performance.now() - began) / 1000).toFixed(1)} s`);

  await docker('start', 'subscriber-3');
  await until(even, { what: 'two lanes at each again', everyMs: 500 });

  const ticks = await published(since);
  assert.ok(ticks.length > 200, `${ticks.length} ticks meanwhile`);
  const stored = async (): Promise<readonly string[]> => {
    const rows = await sql(
      `SELECT stock_name || ' ' || price || ' ' || (extract(epoch FROM "timestamp") * 1000000)::bigint
       FROM stock_prices WHERE "timestamp" > to_timestamp(${since} / 1e6)`,
    );
    return rows.split('\n');
  };
  const isStored = async (): Promise<boolean> => {
    const known = new Set(await stored());
    return ticks.every((tick) => known.has(tick));
  };
  await until(isStored, { what: `${ticks.length} ticks in the table`, everyMs: 500 });
  const rows = await stored();
  assert.equal(rows.length, new Set(rows).size, 'none twice');
  assert.equal(await recorded(), 0, 'no hole');
});

test('the ledger adds up over all four', async () => {
  let last: Ledger | undefined;
  const isWhole = async (): Promise<boolean> => {
    last = await askJson<Ledger>('http://localhost/api/ledger');
    return (
      last.subscribers.answered === SUBSCRIBERS.length && LANES.every((lane) => last?.lanes[lane]?.state === 'leading')
    );
  };
  await until(isWhole, { what: 'a ledger of all', everyMs: 250 });
  const { exchanges, lanes } = last ?? assert.fail();
  assert.deepEqual(Object.keys(exchanges).sort(), ['NASDAQ', 'NYSE']);
  for (const [name, counts] of [...Object.entries(exchanges), ...Object.entries(lanes)]) {
    const { received, stored, rejected, refused, lost, waiting } = counts;
    assert.equal(received, stored + rejected + refused + lost + waiting, name);
    assert.equal(lost + refused, 0, name);
  }
});
