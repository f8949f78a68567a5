import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import pg from 'pg';
import { dayFromNow } from '../src/partitions.ts';
import { compareBytes } from '../src/reader/stock-order.ts';
import { BLOCK_COLUMNS, type BlockRow, decodeBlock, FIRST_LATE_RANK, readBlockRow } from '../src/sealed/index.ts';
import { findRanks } from '../src/sealing/find-ranks.ts';
import { Pace } from '../src/sealing/pace.ts';
import { packDay } from '../src/sealing/pack-day.ts';
import { openSealSession } from '../src/sealing/seal-session.ts';
import { dayBegin, fill, partitionOf, seal, settingsOf } from './sealing-kit.ts';
import { ask, openTestStore, seededRandom, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = dayFromNow(-20);
const BEGIN = dayBegin(DAY);
const EXCHANGES = ['NASDAQ', 'NYSE'] as const;

/** A tick as its block tells it. */
interface RankedTick {
  readonly stock: string;
  readonly exchange: string;
  readonly time: number;
  readonly rank: number;
}

/** Ticks of many stocks that share few time stamps, in any order of names: those in which they came. */
function sharedTicks(count: number, stocks = 40, seed = 5): readonly SequencedTick[] {
  const random = seededRandom(seed);
  const step = (86_400_000_000 - 1) / (count / 3);
  return Array.from({ length: count }, (_, i) => ({
    stock: `S${Math.floor(random() * stocks)}${random() < 0.1 ? 'Ü' : ''}`,
    exchange: EXCHANGES[random() < 0.7 ? 0 : 1],
    price: (1 + random()).toFixed(3) as DecimalText,
    time: (BEGIN + Math.floor(Math.floor((i + random() * 4) / 3) * step)) as EpochMicros,
    seq: BEGIN + 1_000_000 + i,
  })).filter(({ time }) => time < BEGIN + 86_400_000_000);
}

/** By exchange and time stamp, in the order of arrival, the stocks of those that have several. */
function arrivals(ticks: readonly SequencedTick[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { stock, exchange, time } of ticks.toSorted((a, b) => a.seq - b.seq || compareBytes(a.stock, b.stock))) {
    const key = `${exchange} ${time}`;
    found.set(key, [...(found.get(key) ?? []), stock]);
  }
  for (const [key, stocks] of found) if (new Set(stocks).size === 1) found.delete(key);
  return found;
}

function byRank(ticks: readonly RankedTick[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { stock, exchange, time, rank } of ticks.toSorted((a, b) => a.rank - b.rank)) {
    if (rank === 0) continue;
    const key = `${exchange} ${time}`;
    const stocks = found.get(key) ?? [];
    assert.equal(rank, stocks.push(stock), `${key}: ${stock}`);
    found.set(key, stocks);
  }
  return found;
}

const sorted = (map: Map<string, string[]>) => [...map].sort(([a], [b]) => compareBytes(a, b));

async function rankedTicks(client: pg.ClientBase): Promise<readonly RankedTick[]> {
  const { rows } = await client.query<BlockRow>(
    `SELECT ${BLOCK_COLUMNS} FROM sealed_blocks ORDER BY stock_name, place`,
  );
  return rows.flatMap((row) => {
    const { stock, exchange, ...rest } = readBlockRow(row);
    const { count, times, ranks } = decodeBlock({ stock, exchange, ...rest });
    return Array.from({ length: count }, (_, i) => ({
      stock,
      exchange,
      time: times[i] as number,
      rank: ranks?.[i] ?? 0,
    }));
  });
}

async function sealedTicks(url: string): Promise<readonly RankedTick[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const ticks = await rankedTicks(client);
  await client.end();
  return ticks;
}

describe('ticks of several stocks within a time stamp', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  it('keep the order in which they came when their day is sealed', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    const ticks = sharedTicks(20_000);
    await fill(url, partitionOf(DAY), ticks);
    const expected = arrivals(ticks);
    assert.ok(expected.size > 3000, `${expected.size}`);
    assert.equal((await seal(url, DAY)).state, 'sealed');
    assert.deepEqual(sorted(byRank(await sealedTicks(url))), sorted(expected));
  });

  it('keep it in little memory, in as many rounds as that takes', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    const ticks = sharedTicks(12_000);
    await fill(url, partitionOf(DAY), ticks);
    await using session = await openSealSession(settingsOf(url), DAY, undefined);
    const progress: number[] = [];
    const packed = await packDay(session, DAY, {
      pace: new Pace(1),
      onProgress: (count) => progress.push(count),
      mostStamps: 1000,
      mostBytes: 10_000,
    });
    assert.equal(packed, ticks.length);
    assert.deepEqual(
      progress,
      progress.toSorted((a, b) => a - b),
    );
    assert.deepEqual(sorted(byRank(await rankedTicks(session.writer))), sorted(arrivals(ticks)));
    const { rows } = await session.writer.query('SELECT sum(count)::int AS ticks FROM sealed_blocks');
    assert.equal(rows[0].ticks, ticks.length);
  });

  it('are told in less memory than the ticks of one time stamp take, but for those', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    const ticks = sharedTicks(6000);
    const crowded = (BEGIN + 43_200_000_000) as EpochMicros;
    const crowd = Array.from({ length: 3000 }, (_, i) => ({
      stock: `C${i % 9}`,
      exchange: 'NASDAQ',
      price: '1.5' as DecimalText,
      time: crowded,
      seq: BEGIN + i,
    }));
    await fill(url, partitionOf(DAY), [...crowd, ...ticks]);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const ranks = await findRanks(client, DAY, { pace: new Pace(1), mostStamps: 500 });
    await client.end();
    assert.equal(ranks.of('C1', 'NASDAQ'), undefined);
    for (const [key, stocks] of arrivals(ticks)) {
      const [exchange = '', time] = key.split(' ');
      for (const stock of new Set(stocks)) {
        const own = stocks.flatMap((name, i) => (name === stock ? [i + 1] : []));
        const reading = ranks.of(stock, exchange);
        assert.deepEqual(
          [...own.map(() => reading?.next(Number(time))), reading?.next(Number(time))],
          [...own, 0],
          `${key} ${stock}`,
        );
      }
    }
  });

  it('have no ranks where nobody knows in what order they came, and blocks of version 1 then', async () => {
    await using opened = await openTestStore(server);
    const { url } = opened;
    const ticks = sharedTicks(2000).map((tick) => ({ ...tick, seq: 0 }));
    await fill(url, 'late_prices', ticks);
    assert.equal((await seal(url, DAY)).state, 'sealed');
    assert.deepEqual(await ask(url, 'SELECT DISTINCT version, ranks FROM sealed_blocks'), [
      { version: 1, ranks: null },
    ]);
  });

  it('keep their places when others come late, which lie behind them, in their own order', async () => {
    await using opened = await openTestStore(server);
    const { url, store } = opened;
    await store.ensurePartitions([DAY]);
    const ticks = sharedTicks(9000);
    const isLate = ({ stock }: SequencedTick, i: number): boolean => i % 5 === 0 && compareBytes(stock, 'S3') < 0;
    const early = ticks.filter((tick, i) => !isLate(tick, i));
    const late = ticks.filter(isLate);
    await fill(url, partitionOf(DAY), early);
    assert.equal((await seal(url, DAY)).state, 'sealed');
    await fill(url, 'late_prices', late);
    assert.equal((await seal(url, DAY)).state, 'sealed');
    const all = await sealedTicks(url);
    assert.equal(all.length, ticks.length);
    assert.deepEqual(sorted(byRank(all.filter(({ rank }) => rank < FIRST_LATE_RANK))), sorted(arrivals(early)));
    const lateOnes = all.filter(({ rank }) => rank >= FIRST_LATE_RANK);
    assert.equal(lateOnes.length, late.length);
    const shared = lateOnes.filter(({ rank }) => rank > FIRST_LATE_RANK);
    assert.deepEqual(
      sorted(byRank(shared.map((tick) => ({ ...tick, rank: tick.rank - FIRST_LATE_RANK })))),
      sorted(arrivals(late)),
    );
  });
});
