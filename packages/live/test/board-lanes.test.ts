import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BoardMessage, DecimalText, EpochMicros, LaneCounts, SequencedTick } from '@tickwatch/core';
import type { BoardPublication } from '../src/board-lane.ts';
import { BoardLanes } from '../src/board-lanes.ts';
import { tickOf, ticksOf } from './live-ticks.ts';

const LANE = 'NASDAQ/0';

function makeLanes(bytesPerSecond = 100_000, maxStocks = 100_000, lanes: LaneCounts = new Map([['NASDAQ', 1]])) {
  return new BoardLanes({ bytesPerSecond, maxStocks }, lanes);
}

const said = ({ data }: BoardPublication): BoardMessage => JSON.parse(data) as BoardMessage;

const stocksOf = (message: BoardPublication): readonly unknown[] => said(message).rows.filter((_, i) => i % 3 === 0);

/** Everything that is told from now on, each at its time, sent. */
function tellAll(lanes: BoardLanes, from: number): { readonly at: number; readonly message: BoardPublication }[] {
  const all: { at: number; message: BoardPublication }[] = [];
  for (let next = lanes.nextAt(); next !== undefined; next = lanes.nextAt()) {
    const at = Math.max(from, next);
    for (const message of lanes.take(at)) {
      lanes.sent(message);
      all.push({ at, message });
    }
  }
  return all;
}

function manyTicks(stocks: number): SequencedTick[] {
  return ticksOf(...Array.from({ length: stocks }, (_, i) => `S${i}`));
}

describe('what boards are told', () => {
  test('a lone tick in a silent lane goes at once, with every member and the digits of its price', () => {
    const lanes = makeLanes();
    const tick = { ...tickOf('AAPL', 'NASDAQ'), price: '220.4000000000000000001' as DecimalText };
    lanes.add(LANE, [tick]);
    const [message, ...more] = lanes.take(5);
    assert.deepEqual(message?.channels, ['board:NASDAQ']);
    assert.equal(
      message?.data,
      `{"lane":"NASDAQ/0","seq":${tick.seq},"time":${tick.time},"ticks":1,"rows":["AAPL",220.4000000000000000001,0]}`,
    );
    assert.deepEqual(more, []);
    assert.equal(lanes.nextAt(), undefined);
    assert.deepEqual(lanes.take(100_000), []);
  });

  test('what comes within 250 ms waits for their end, the newest of each stock, all ticks counted', () => {
    const lanes = makeLanes();
    lanes.add(LANE, ticksOf('A'));
    lanes.take(1000);
    const ticks = ticksOf('A', 'B', 'A', 'A');
    for (const tick of ticks) lanes.add(LANE, [tick]);
    assert.equal(lanes.nextAt(), 1250);
    assert.deepEqual(lanes.take(1249), []);
    const [message] = lanes.take(1250);
    const newest = ticks[3] as SequencedTick;
    const told = said(message as BoardPublication);
    assert.deepEqual([told.ticks, told.seq], [4, newest.seq]);
    assert.deepEqual(told.rows, ['A', 1.5, 0, 'B', 1.5, (ticks[1] as SequencedTick).time - newest.time]);
    assert.deepEqual(told.counts, [3, 1]);
  });

  test('300 stocks at any pace are all told four times a second', () => {
    const lanes = makeLanes();
    let messages = 0;
    for (let now = 0; now < 10_000; now += 5) {
      lanes.add(LANE, manyTicks(300));
      for (const message of lanes.take(now)) {
        assert.equal(stocksOf(message).length, 300);
        messages++;
      }
    }
    assert.equal(messages, 40);
  });

  test('a late tick is counted, and does not take the place of a newer one', () => {
    const lanes = makeLanes();
    const [early, late] = ticksOf('A', 'A') as [SequencedTick, SequencedTick];
    lanes.add(LANE, [late]);
    lanes.take(0);
    lanes.add(LANE, [{ ...early, seq: late.seq + 1 }]);
    const [message] = lanes.take(250);
    assert.deepEqual(said(message as BoardPublication), {
      ...{ lane: LANE, seq: late.seq + 1, time: late.time, ticks: 1, rows: ['A', 1.5, 0] },
    });
  });

  test('20,000 stocks that all change all the time keep to the bytes and are told in turn, each as often', () => {
    const bytesPerSecond = 50_000;
    const lanes = makeLanes(bytesPerSecond);
    const ticks = manyTicks(20_000);
    const told = new Map<unknown, number[]>();
    const sizes: { at: number; bytes: number }[] = [];
    for (let now = 0; now < 15_000; now += 125) {
      lanes.add(LANE, ticks);
      for (const message of lanes.take(now)) {
        sizes.push({ at: now, bytes: message.wireBytes });
        for (const stock of stocksOf(message)) told.set(stock, [...(told.get(stock) ?? []), now]);
      }
    }
    for (const { at } of sizes) {
      const second = sizes.filter((one) => one.at >= at && one.at < at + 1000);
      assert.ok(second.length <= 4, `${second.length} messages`);
      const bytes = second.reduce((sum, one) => sum + one.bytes, 0);
      assert.ok(bytes <= bytesPerSecond, `${bytes} bytes`);
    }
    const rows = [...told.values()].reduce((sum, times) => sum + times.length, 0) / 15;
    const everySeconds = 20_000 / rows;
    assert.equal(told.size, 20_000);
    for (const times of told.values()) {
      times.forEach((at, i) => {
        const since = at - (times[i - 1] ?? 0);
        assert.ok(since <= everySeconds * 1000 * 1.1 + 250, `${since} ms`);
      });
    }
    assert.ok(rows > (bytesPerSecond / 25) * 0.9, `${rows} rows/s`);
  });

  test('a stock that was quiet is told before those that are told all the time', () => {
    const lanes = makeLanes(50_000);
    lanes.add(LANE, ticksOf('QUIET'));
    lanes.take(0);
    for (let now = 0; now < 20_000; now += 250) {
      lanes.add(LANE, manyTicks(5000));
      lanes.take(now);
    }
    lanes.add(LANE, ticksOf('QUIET'));
    const [message] = lanes.take(20_000);
    assert.equal(stocksOf(message as BoardPublication)[0], 'QUIET');
  });

  test('lanes share the bytes alike; where a share is small, messages go less often instead of tiny', () => {
    const counts = new Map([
      ['NASDAQ', 64],
      ['NYSE', 36],
    ]);
    const lanes = makeLanes(100_000, 100_000, counts);
    lanes.add('NASDAQ/7', manyTicks(1000));
    lanes.add('NYSE/3', manyTicks(10));
    const all = tellAll(lanes, 0).filter(({ message }) => message.lane === 'NASDAQ/7');
    const bytes = all.slice(0, -1).reduce((sum, { message }) => sum + message.wireBytes, 0);
    const seconds = ((all.at(-1)?.at ?? 0) - (all[0]?.at ?? 0)) / 1000;
    assert.ok(bytes / seconds <= 1000, `${bytes / seconds} bytes/s`);
    assert.ok(bytes / seconds > 990, `${bytes / seconds} bytes/s`);
    assert.equal(new Set(all.flatMap(({ message }) => stocksOf(message))).size, 1000);
  });

  test('what could not be sent is told again, its newest, later and later until it can', () => {
    const lanes = makeLanes();
    lanes.add(LANE, ticksOf('A', 'B'));
    const waits: number[] = [];
    let now = 0;
    for (let i = 0; i < 6; i++) {
      const [message] = lanes.take(now) as [BoardPublication];
      assert.deepEqual(stocksOf(message), ['A', 'B']);
      lanes.failed(message, now);
      waits.push((lanes.nextAt() ?? 0) - now);
      now = lanes.nextAt() ?? 0;
    }
    assert.ok(waits.every((wait) => wait >= 250 && wait <= 5000));
    assert.ok((waits[5] as number) >= 1600, `${waits}`);
    const newest = tickOf('A', 'NASDAQ');
    lanes.add(LANE, [newest]);
    const [message] = lanes.take(now) as [BoardPublication];
    assert.equal(said(message).ticks, 3);
    assert.equal(said(message).time + Number(said(message).rows[2]), newest.time);
    lanes.sent(message);
    assert.equal(lanes.nextAt(), undefined);
  });

  test('at the end all that is left goes at once, in messages of at most 16 KiB', () => {
    const lanes = makeLanes(10_000);
    lanes.add(LANE, manyTicks(10_000));
    const before = lanes.take(0);
    lanes.hurry();
    const all = tellAll(lanes, 1);
    for (const { at, message } of all)
      assert.ok(at === 1 && message.wireBytes <= 16_384, `${at}: ${message.wireBytes}`);
    assert.equal(new Set([...before, ...all.map(({ message }) => message)].flatMap(stocksOf)).size, 10_000);
    assert.ok(all.length < 20);
    lanes.add(LANE, ticksOf('A'));
    lanes.take(10);
    lanes.add(LANE, ticksOf('A'));
    assert.equal(lanes.nextAt(), 260);
  });

  test('so many stocks are known at most; the one told longest ago is forgotten, and counted if that loses it', () => {
    const lanes = makeLanes(100_000, 100);
    lanes.add(LANE, manyTicks(100));
    lanes.take(0);
    lanes.add(LANE, ticksOf('NEW'));
    assert.equal(lanes.forgotten, 0);
    lanes.add(
      LANE,
      Array.from({ length: 150 }, (_, i) => tickOf(`N${i}`, 'NASDAQ')),
    );
    assert.equal(lanes.forgotten, 51);
    const [message] = lanes.take(250) as [BoardPublication];
    assert.equal(said(message).ticks, 151);
    assert.deepEqual(
      stocksOf(message),
      Array.from({ length: 100 }, (_, i) => `N${i + 50}`),
    );
  });

  test('rows count from the first one’s time, whichever way', () => {
    const lanes = makeLanes();
    const [first, second] = ticksOf('A', 'B') as [SequencedTick, SequencedTick];
    lanes.add(LANE, [{ ...second, time: (first.time - 5) as EpochMicros }, first]);
    lanes.add(LANE, [{ ...second, time: (first.time + 7) as EpochMicros, stock: 'Ä"' }]);
    const [message] = lanes.take(0) as [BoardPublication];
    assert.deepEqual(said(message).rows, ['B', 1.5, 0, 'A', 1.5, 5, 'Ä"', 1.5, 12]);
  });
});
