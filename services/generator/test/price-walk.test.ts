import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText, type EpochMicros, nowMicros } from '@tickwatch/core';
import { Market } from '../src/market.ts';
import { Pacer } from '../src/pacer.ts';
import { PriceWalk } from '../src/price-walk.ts';
import { seededRandom } from '../src/random.ts';
import { DEFAULT_STOCKS } from '../src/stock.ts';

const aapl = { name: 'AAPL', exchange: 'NASDAQ', cents: 22_000 };
const at = 1_757_494_917_021_389 as EpochMicros;

describe('the walk of a price', () => {
  it('moves by up to 0.50, evenly, and is published when it moved by 0.10 or more', () => {
    const walk = new PriceWalk(aapl, seededRandom(1));
    const steps = 100_000;
    let published = 0;
    let sum = 0;
    let before = Number(walk.price);
    for (let i = 0; i < steps; i++) {
      const isPublished = walk.step();
      const move = Math.round((Number(walk.price) - before) * 100);
      assert.ok(Math.abs(move) <= 50);
      assert.equal(isPublished, Math.abs(move) >= 10);
      before = Number(walk.price);
      sum += move;
      if (isPublished) published++;
    }
    // Four fifths of an even ±0.50 are moves of 0.10 or more, once rounded to cents a little more.
    assert.ok(Math.abs(published / steps - 0.81) < 0.01, `${published / steps}`);
    assert.ok(Math.abs(sum / steps) < 0.5, 'up as often as down');
  });

  it('keeps a price positive, in cents', () => {
    const walk = new PriceWalk({ ...aapl, cents: 3 }, seededRandom(7));
    for (let i = 0; i < 20_000; i++) {
      walk.step();
      assert.match(walk.price, /^(0\.\d{1,2}|[1-9]\d*(\.\d{1,2})?)$/);
      assert.ok(Number(walk.price) > 0);
    }
  });

  it('is the same for the same seed and another for another', () => {
    const run = (seed: number): string[] => {
      const market = new Market(DEFAULT_STOCKS, { seed: seed });
      return Array.from({ length: 20 }, () => JSON.stringify([...market.step(at)]));
    };
    assert.deepEqual(run(42), run(42));
    assert.notDeepEqual(run(42), run(43));
  });
});

describe('the messages of a market', () => {
  it('are of the first form, with one time a step, on the exchange of their stock', () => {
    const market = new Market(DEFAULT_STOCKS, { seed: 3 });
    for (let i = 0; i < 50; i++) {
      for (const [exchange, messages] of market.step(at)) {
        for (const message of messages) {
          assert.match(message, /^[A-Z]+:\(\d+(\.\d{1,2})?, 1757494917\.021389\)$/);
          const decoded = decodeText(message, nowMicros());
          assert.ok(decoded.ok);
          assert.equal(decoded.time, at);
          assert.equal(DEFAULT_STOCKS.find(({ name }) => name === decoded.stock)?.exchange, exchange);
        }
      }
    }
  });

  it('are exactly as many as asked for under load, over all stocks in turn, each a real move', () => {
    const market = new Market(DEFAULT_STOCKS, { seed: 3 });
    const last = new Map(DEFAULT_STOCKS.map(({ name, cents }) => [name, cents]));
    const counts = new Map<string, number>();
    for (let i = 0; i < 100; i++) {
      const messages = [...market.leap(9, at).values()].flat();
      assert.equal(messages.length, 9);
      for (const message of messages) {
        const decoded = decodeText(message, nowMicros());
        assert.ok(decoded.ok);
        const cents = Math.round(Number(decoded.price) * 100);
        const move = Math.abs(cents - (last.get(decoded.stock) ?? 0));
        assert.ok(move >= 10 && move <= 50);
        last.set(decoded.stock, cents);
        counts.set(decoded.stock, (counts.get(decoded.stock) ?? 0) + 1);
      }
    }
    assert.deepEqual([...counts.values()], Array(6).fill(150));
  });
});

describe('the pace of a load', () => {
  it('is exact over time however unevenly it is asked', () => {
    const pacer = new Pacer(12_345, 0);
    let now = 0;
    let sent = 0;
    const random = seededRandom(5);
    while (now < 60_000) {
      now += 1 + random() * 40;
      sent += pacer.due(now);
    }
    assert.ok(Math.abs(sent - now * 12.345) < 2);
  });

  it('does not make up for a long pause with a flood', () => {
    const pacer = new Pacer(1000, 0);
    assert.equal(pacer.due(60_000), 250);
    assert.equal(pacer.due(60_010), 10);
  });
});
