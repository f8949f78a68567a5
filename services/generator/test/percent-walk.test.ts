import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calendarsOf, decodeText, type EpochMicros, nowMicros, parseDateTime } from '@tickwatch/core';
import type { TickSink } from '@tickwatch/feed';
import { ConfigError, EnvReader, silentLogger } from '@tickwatch/runtime';
import { generatorConfig } from '../src/generator-config.ts';
import { type ExchangeMessages, Market } from '../src/market.ts';
import { openExchanges } from '../src/open-exchanges.ts';
import { PercentWalk } from '../src/percent-walk.ts';
import { seededRandom } from '../src/random.ts';
import { startGenerator } from '../src/start-generator.ts';
import { DEFAULT_STOCKS } from '../src/stock.ts';

const aapl = { name: 'AAPL', exchange: 'NASDAQ', cents: 22_000 };
const HOUR_MS = 3_600_000;
const at = (text: string): EpochMicros => {
  const time = parseDateTime(text);
  assert.ok(time !== undefined, text);
  return time;
};
const texts = (messages: ExchangeMessages): readonly string[] => [...messages.values()].flat();

describe('a price that moves by per cent', () => {
  it('is still a price after a year of steps, and after ten, whatever the seed: never zero, never absurd', () => {
    const years = (seed: number, stepMs: number, steps: number): readonly number[] => {
      const walk = new PercentWalk(aapl, seededRandom(seed), stepMs);
      let [low, high] = [Number.POSITIVE_INFINITY, 0];
      for (let i = 0; i < steps; i++) {
        walk.step();
        const price = Number(walk.price);
        [low, high] = [Math.min(low, price), Math.max(high, price)];
      }
      return [low, high];
    };
    const ran = [years(0, 60_000, 525_600), ...Array.from({ length: 20 }, (_, seed) => years(seed, HOUR_MS, 87_600))];
    for (const [low = 0, high = 0] of ran) assert.ok(low > 110 && high < 440, `${low} to ${high}`);
  });

  it('strays by per cent: a stock of ten times the price moves ten times as far', () => {
    const moves = [2_200, 22_000, 220_000].map((cents) => {
      const walk = new PercentWalk({ ...aapl, cents }, seededRandom(5), HOUR_MS);
      const steps = Array.from({ length: 2000 }, () => {
        const before = Number(walk.price);
        walk.step();
        return Math.abs(Number(walk.price) - before) / before;
      });
      return steps.reduce((sum, step) => sum + step, 0) / steps.length;
    });
    const [least = 0, most = 0] = [Math.min(...moves), Math.max(...moves)];
    assert.ok(most / least < 1.1, moves.join(' '));
    // An hour of a large company: some tenths of a per cent.
    assert.ok(least > 0.002 && most < 0.01, moves.join(' '));
  });

  it('is published when it differs, with two decimals, and with four below one', () => {
    for (const [cents, form] of [
      [22_000, /^\d+(\.\d{1,2})?$/],
      [5, /^0\.\d{1,4}$/],
    ] as const) {
      const walk = new PercentWalk({ ...aapl, cents }, seededRandom(1), 1000);
      let published = 0;
      for (let i = 0; i < 20_000; i++) {
        const before = walk.price;
        const isPublished = walk.step();
        assert.equal(isPublished, walk.price !== before);
        assert.match(walk.price, form);
        assert.ok(Number(walk.price) > 0);
        if (isPublished) published++;
      }
      assert.ok(published > 100, `${cents}: ${published}`);
    }
  });

  it('is the same for the same seed, whatever other stocks there are, and another for another', () => {
    const run = (seed: number, stocks = DEFAULT_STOCKS): readonly string[] => {
      const market = new Market(stocks, { seed, moves: 'percent', stepMs: 100 });
      const all = Array.from({ length: 200 }, () => texts(market.step(at('2026-11-24T15:00:00Z')))).flat();
      return all.filter((message) => message.startsWith('AAPL'));
    };
    assert.ok(run(42).length > 50);
    assert.deepEqual(run(42), run(42));
    assert.deepEqual(run(42), run(42, [aapl]));
    assert.notDeepEqual(run(42), run(43));
  });

  it('is in every message of a load, as many as asked, and moves no further than the time between them allows', () => {
    const market = new Market(DEFAULT_STOCKS, { seed: 3, moves: 'percent', stepMs: 0.6 });
    const messages = Array.from({ length: 100 }, () => texts(market.leap(600, at('2026-11-24T15:00:00Z')))).flat();
    assert.equal(messages.length, 60_000);
    for (const message of messages.slice(-6)) {
      const decoded = decodeText(message, nowMicros());
      assert.ok(decoded.ok);
      const first = DEFAULT_STOCKS.find(({ name }) => name === decoded.stock)?.cents ?? 0;
      // Six seconds of a market.
      assert.ok(Math.abs(Number(decoded.price) / (first / 100) - 1) < 0.01, message);
    }
  });
});

describe('exchanges that open and close', () => {
  const open = at('2026-11-24T15:00:00Z');
  const night = at('2026-11-24T03:00:00Z');
  const halfDay = at('2026-11-27T19:00:00Z');
  const holiday = at('2026-11-26T16:00:00Z');

  it('publish while their session is open, and not at night, on a holiday or after a half day', () => {
    const changes: string[] = [];
    const sessions = openExchanges(['NASDAQ', 'NYSE'], calendarsOf().of, (...change) => changes.push(change.join(' ')));
    for (const moves of ['cents', 'percent'] as const) {
      const market = new Market(DEFAULT_STOCKS, { seed: 1, moves, stepMs: 1000, isOpen: sessions.isOpen });
      for (const closed of [night, holiday, halfDay]) {
        assert.equal(texts(market.step(closed)).length + texts(market.leap(10, closed)).length, 0);
      }
      assert.ok(texts(market.step(open)).length > 0);
      assert.equal(texts(market.leap(10, open)).length, 10);
    }
    assert.deepEqual(changes.slice(0, 4), ['NASDAQ false', 'NYSE false', 'NASDAQ true', 'NYSE true']);
  });

  it('have the same prices for the same seed, however long others were closed', () => {
    const run = (isOpen: (exchange: string, time: EpochMicros) => boolean) => {
      const market = new Market(DEFAULT_STOCKS, { seed: 9, isOpen });
      return Array.from({ length: 300 }, () => market.step(open).get('NASDAQ') ?? []).flat();
    };
    assert.deepEqual(
      run((exchange) => exchange === 'NASDAQ'),
      run(() => true),
    );
  });

  it('that have no calendar are always open, and a load goes to those that are open', () => {
    const sessions = openExchanges(['NYSE', 'CRYPTO'], calendarsOf().of, () => {});
    const stocks = [
      { name: 'BTC', exchange: 'CRYPTO', cents: 6_000_000 },
      { name: 'DIS', exchange: 'NYSE', cents: 14_500 },
    ];
    const market = new Market(stocks, { seed: 1, isOpen: sessions.isOpen });
    assert.deepEqual(
      [...market.leap(6, night)].map(([exchange, list]) => [exchange, list.length]),
      [['CRYPTO', 6]],
    );
    assert.deepEqual(sessions.closed(night), ['NYSE']);
  });
});

describe('the settings of how prices move', () => {
  const configOf = (env: Readonly<Record<string, string>> = {}, readFile?: (path: string) => string) => {
    const reader = new EnvReader({ PORT: '0', ...env }, readFile);
    const config = generatorConfig(reader);
    reader.finish();
    return config;
  };

  it('are the rule of ± 0.50 and no hours, unless something else is said; a typo is refused', () => {
    assert.equal(configOf().moves, 'cents');
    assert.equal(configOf().calendarOf, undefined);
    const set = configOf({ GENERATOR_MOVES: 'percent', GENERATOR_SESSIONS: 'on' });
    assert.equal(set.moves, 'percent');
    assert.equal(set.calendarOf?.('NYSE')?.name, 'XNYS');
    assert.throws(
      () => configOf({ GENERATOR_MOVES: 'per cent', GENERATOR_SESSIONS: 'sometimes' }),
      (error: unknown) => error instanceof ConfigError && error.problems.length === 2,
    );
  });

  it('make a generator stand still while SESSIONS_FILE says that its exchanges are closed, and say so', async () => {
    const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][(new Date().getUTCDay() + 3) % 7];
    const other = { timezone: 'UTC', hours: { [`${day}`]: '10:00-11:00' } };
    const file = JSON.stringify({ NASDAQ: other, NYSE: other });
    const env = { GENERATOR_SESSIONS: 'on', SESSIONS_FILE: 'x.json', GENERATOR_TICKS_PER_SECOND: '1000' };
    let published = 0;
    const sink: TickSink = {
      async publish(_exchange, messages) {
        published += messages.length;
        return { unheard: 0 };
      },
      async [Symbol.asyncDispose]() {},
    };
    const generator = await startGenerator(
      configOf(env, () => file),
      { sink, log: silentLogger },
    );
    try {
      assert.deepEqual(await generator.readiness(), {
        feed: { ok: true, detail: 'NASDAQ, NYSE closed; messages are taken' },
      });
      assert.equal(published, 0);
    } finally {
      await generator[Symbol.asyncDispose]();
    }
  });
});
