import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';
import { BadQuestionError, type MarketPlace, type MarketQuestion, marketTick, type TickReader } from '../src/index.ts';
import { unsealDay } from '../src/sealing/unseal-day.ts';
import { openReader } from './reading-kit.ts';
import { dayBegin, fill, seal, settingsOf } from './sealing-kit.ts';
import { ask, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = '2026-03-02';
const FIRST = dayBegin(DAY) + 3_600_000_000;
const ALL: MarketQuestion = { from: dayBegin(DAY), until: dayBegin(DAY) + 86_400_000_000 };
const STOCKS = ['A', 'B', 'C', 'D', 'E', 'F'];

/** Every second all stocks at the same time stamp, two stocks swapped each time, on two exchanges; some twice. */
function bursts(): readonly SequencedTick[] {
  let seq = 100;
  return Array.from({ length: 12 }, (_, second) => {
    const turned = [...STOCKS.slice(second % 6), ...STOCKS.slice(0, second % 6), 'C', 'C'];
    return turned.flatMap((stock) =>
      ['NASDAQ', 'NYSE'].map(
        (exchange): SequencedTick => ({
          stock,
          exchange,
          price: `${second}.${seq % 10}0` as DecimalText,
          time: (FIRST + second * 1_000_000) as EpochMicros,
          seq: seq++,
        }),
      ),
    );
  }).flat();
}

const lineOf = ({ stock, exchange, price, time }: SequencedTick): string =>
  `${time - FIRST} ${exchange} ${stock} ${price}`;

async function pageOf(reader: TickReader, after: MarketPlace | undefined, limit: number) {
  const { chunks, next } = await reader.marketPage({ ...ALL, after, limit });
  const lines = chunks.flatMap((chunk) => Array.from({ length: chunk.count }, (_, i) => lineOf(marketTick(chunk, i))));
  return { lines, next };
}

async function restOf(reader: TickReader, after: MarketPlace | undefined): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let place = after; ; ) {
    const page = await pageOf(reader, place, 41);
    lines.push(...page.lines);
    if (page.next === undefined) return lines;
    place = page.next;
  }
}

async function filled(server: TestServer, ticks: readonly SequencedTick[]) {
  const store = await openTestStore(server);
  await ask(store.url, `SELECT create_day_partition('${DAY}')`);
  await fill(store.url, 'day_prices', ticks);
  return store;
}

describe('a day that becomes another between two pages', () => {
  it('goes on behind the same tick when it is sealed, unsealed, and has late ticks packed', async () => {
    await using server = await startTestServer();
    await using store = await filled(server, bursts());
    await using reader = openReader(store.url);
    const all = await restOf(reader, undefined);
    assert.equal(all.length, bursts().length);
    const given = [1, 3, 8, 9, 15, 16, 17, 31, 32, 100, 191];
    const placesNow = () =>
      Promise.all(given.map(async (limit) => ({ limit, place: (await pageOf(reader, undefined, limit)).next })));
    const check = async (places: Awaited<ReturnType<typeof placesNow>>, when: string): Promise<void> => {
      for (const { limit, place } of places)
        assert.deepEqual(await restOf(reader, place), all.slice(limit), `${limit} ${when}`);
    };
    const open = await placesNow();
    await check(open, 'open');
    await seal(store.url, DAY);
    const sealed = await placesNow();
    await check(open, 'then sealed');
    await check(sealed, 'sealed');
    await unsealDay(settingsOf(store.url), DAY);
    const unsealed = await placesNow();
    await check(open, 'then unsealed');
    await check(sealed, 'then unsealed');
    await check(unsealed, 'unsealed');
    await seal(store.url, DAY);
    await check(unsealed, 'then sealed again');
    // Late ones lie beside the blocks, and are packed into them.
    const late = ['E', 'B', 'X'].map(
      (stock, i): SequencedTick => ({
        stock,
        exchange: 'NASDAQ',
        price: '77.5' as DecimalText,
        time: FIRST as EpochMicros,
        seq: 9000 + i,
      }),
    );
    await fill(store.url, 'late_prices', late);
    const withLate = await restOf(reader, undefined);
    const beside = await Promise.all(
      [8, 9, 10, 11, 12].map(async (limit) => ({ limit, place: (await pageOf(reader, undefined, limit)).next })),
    );
    await seal(store.url, DAY);
    for (const { limit, place } of beside) {
      assert.deepEqual(await restOf(reader, place), withLate.slice(limit), `${limit} late ones packed`);
    }
  });

  it('says where to begin again when it is sealed while late ticks have yet to come', async () => {
    await using server = await startTestServer();
    const ticks = bursts();
    const late: SequencedTick = {
      stock: 'LATE',
      exchange: 'NASDAQ',
      price: '5.55' as DecimalText,
      time: (FIRST + 7_500_000) as EpochMicros,
      seq: 10_000,
    };
    await using store = await filled(server, [...ticks, late]);
    await using reader = openReader(store.url);
    const all = await restOf(reader, undefined);
    const at = all.indexOf(lineOf(late));
    const placeAt = async (limit: number) => (await pageOf(reader, undefined, limit)).next;
    const early = await placeAt(50);
    const waiting = await placeAt(at - 5);
    await seal(store.url, DAY);
    assert.deepEqual(await restOf(reader, early), await restOf(reader, undefined).then((lines) => lines.slice(50)));
    await assert.rejects(
      restOf(reader, waiting),
      (error: unknown) =>
        error instanceof BadQuestionError && /begin again at 2026-03-02T01:00:07\.5/.test(error.message),
    );
  });

  it('plays a day that was taken out of its blocks at its own times, whatever its numbers are', async () => {
    await using server = await startTestServer();
    const ticks = bursts();
    // One of a stock's three of a time stamp came late: sealing keeps its number.
    const late = { ...(ticks[140] as SequencedTick), seq: 9000 };
    assert.equal(late.stock, 'C');
    await using store = await filled(server, [...ticks.filter((_, i) => i !== 140), late]);
    await using reader = openReader(store.url);
    const clocks = async (): Promise<readonly number[]> => {
      const { chunks } = await reader.market(ALL);
      const found: number[] = [];
      for await (const chunk of chunks) {
        for (let i = 0; i < chunk.count; i++) found.push((chunk.clocks[i] as number) - (chunk.times[i] as number));
      }
      return found;
    };
    assert.ok((await clocks()).some((distance) => distance > 0));
    await seal(store.url, DAY);
    await unsealDay(settingsOf(store.url), DAY);
    const found = await clocks();
    assert.equal(found.length, ticks.length);
    assert.ok(found.every((distance) => distance === 0));
  });
});
