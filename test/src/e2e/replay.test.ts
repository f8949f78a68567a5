import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LiveMessage, LiveTick } from '@tickwatch/core';
import { Viewer } from '../contracts/live/viewer.ts';
import { until } from '../servers/index.ts';
import { EXCHANGES, type House, openHouse } from './replay-house.ts';

const DAY = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
const STOCKS = ['AAPL', 'MSFT', 'TSLA', 'BRK.B', 'BTC:USD'];

/** Messages of some seconds of a day, several of one time stamp, some of them late. */
function messagesFrom(second: number, count: number): readonly (readonly [exchange: string, message: string])[] {
  const begin = Date.parse(`${DAY}T14:30:00Z`) / 1000 + second;
  return Array.from({ length: count }, (_, i) => {
    const late = i % 11 === 10 ? 0.4 : 0;
    const time = (begin + Math.floor(i / 3) * 0.013 - late).toFixed(6);
    const stock = STOCKS[(i * 7) % STOCKS.length] as string;
    return [
      EXCHANGES[i % 4 === 0 ? 1 : 0] as string,
      `${stock}:(${100 + (i % 90)}.${i % 2 === 0 ? '50' : '5'}, ${time})`,
    ];
  });
}

const sha256 = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex');
const line = ({ stock_name, exchange_name, price, timestamp, seq }: LiveTick): string =>
  [stock_name, exchange_name, price, timestamp, seq].join('|');
const byTime = (a: LiveTick, b: LiveTick): number =>
  a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0;

describe('a replay of what was heard live, over a hole and a change of lanes', () => {
  let folder = '';
  let house: House;
  /** In the order in which they came, for each lane of each start: what live promises an order of. */
  const lives = new Map<string, LiveTick[]>();
  const laneOf = new Map<string, string>();

  const hearLive = async (lanes: string, second: number): Promise<void> => {
    await using live = await openHouse(folder, lanes);
    using nasdaq = await new Viewer(live.websocketUrl, 'NASDAQ').ready();
    using nyse = await new Viewer(live.websocketUrl, 'NYSE').ready();
    const messages = messagesFrom(second, 600);
    for (const [exchange, message] of messages) await live.publish(exchange, [message]);
    await until(() => nasdaq.ticks.length + nyse.ticks.length === messages.length || undefined);
    await live.stored();
    for (const { data } of [...nasdaq.publications, ...nyse.publications]) {
      const { ticks, lane } = data as LiveMessage;
      for (const tick of ticks) {
        const key = `${second} ${lane ?? tick.exchange_name}`;
        laneOf.set(line(tick), key);
        const list = lives.get(key);
        if (list === undefined) lives.set(key, [tick]);
        else list.push(tick);
      }
    }
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-replay-'));
    await hearLive('1', 0);
    // Between the two nobody listened.
    await hearLive('NASDAQ:3', 600);
    house = await openHouse(folder, 'NASDAQ:3');
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const RANGE = { from: `${DAY}T14:00:00Z`, to: `${DAY}T15:00:00Z` };

  async function hearReplay(question: object): Promise<readonly LiveTick[]> {
    const { id, channel } = await house.ask('POST', '', { ...RANGE, speed: 'unpaced', ...question });
    using viewer = await new Viewer(house.websocketUrl, channel).ready();
    await until(async () => (await house.ask('GET', `/${id}`)).state === 'ended');
    const { ticks } = await house.ask('GET', `/${id}`);
    await until(() => viewer.ticks.length >= ticks || undefined);
    assert.equal(viewer.ticks.length, ticks);
    await house.ask('DELETE', `/${id}`);
    return viewer.ticks;
  }

  it('gives the same ticks: same order, same numbers, same digits', async () => {
    const heard = await hearReplay({});
    assert.equal(heard.length, 1200);
    for (const [lane, live] of lives) {
      const same = heard.filter((tick) => laneOf.get(line(tick)) === lane);
      assert.equal(sha256(same.map(line)), sha256(live.map(line)), lane);
    }
    assert.ok(lives.size >= 5, [...lives.keys()].join(', '));
  });

  it('gives those of some stocks, of one exchange, from a moment on', async () => {
    const all = (await hearReplay({})).map(line);
    const some = await hearReplay({ stocks: ['AAPL', 'nothing'], exchange: 'NASDAQ', from: `${DAY}T14:30:01Z` });
    const expected = all.filter((text) => {
      const [stock, exchange, , time = ''] = text.split('|');
      return stock === 'AAPL' && exchange === 'NASDAQ' && time >= `${DAY}T14:30:01`;
    });
    assert.ok(expected.length > 100);
    assert.equal(sha256(some.map(line)), sha256(expected));
  });

  it('gives the same ticks of a day that is sealed, each time stamp’s in the order in which they came', async () => {
    const before = (await hearReplay({})).toSorted(byTime).map((tick) => line({ ...tick, seq: 0 }));
    await house.store.sealDay(DAY);
    const heard = await hearReplay({});
    assert.ok(heard.every(({ seq }) => seq === 0));
    assert.equal(sha256(heard.map(line)), sha256(before));
  });
});
