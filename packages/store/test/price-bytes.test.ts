import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EpochMicros, formatMicros } from '@tickwatch/core';
import fc from 'fast-check';
import { columnsOf, mostPriceBytes, priceText, TIME_BYTES, TimeBytes, writePrice } from '../src/sealed/index.ts';
import { plain, randomTicks } from './fixtures/random-ticks.ts';

describe('bytes of ticks', () => {
  it('are those of the text, and none beside it', () => {
    fc.assert(
      fc.property(randomTicks, (ticks) => {
        const { prices } = columnsOf(ticks.slice(0, 300));
        const most = mostPriceBytes(prices);
        const bytes = Buffer.alloc(most + 2);
        for (const [i, { price }] of ticks.slice(0, 300).entries()) {
          bytes.fill('|');
          const end = writePrice(bytes, 1, prices, i);
          assert.equal(bytes.toString(), `|${price}|`.padEnd(most + 2, '|'));
          assert.equal(end, 1 + price.length);
          assert.equal(priceText(prices, i), price);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are right for every place of the point and every number of digits', () => {
    const bytes = Buffer.alloc(300);
    for (let digits = 0; digits < 16; digits++) {
      for (const mantissa of [10 ** digits - 1, 10 ** digits, -(10 ** digits), Math.floor(10 ** digits * 4.321)]) {
        for (const scale of [0, 1, 2, 8, 9, 10, 15, 18, 19, 255]) {
          const prices = { kind: 'scaled', mantissas: Float64Array.of(mantissa), scale, written: undefined } as const;
          assert.equal(bytes.toString('latin1', 0, writePrice(bytes, 0, prices, 0)), plain(mantissa, scale));
          assert.ok(plain(mantissa, scale).length <= mostPriceBytes(prices));
        }
      }
    }
  });

  it('tell every µs of a time, whatever the day before', () => {
    const times = new TimeBytes();
    const bytes = Buffer.alloc(TIME_BYTES + 1, '|');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const day = 86_400_000_000;
    const micros = fc.oneof(
      fc.integer({ min: 0, max: 8e15 }),
      fc.integer({ min: 20_000, max: 20_003 }).map((n) => n * day),
    );
    fc.assert(
      fc.property(micros, fc.constantFrom(-1, 0, 1, 999_999, day - 1), (start, more) => {
        const time = Math.max(0, start + more) as EpochMicros;
        assert.equal(times.write(view, 0, time), TIME_BYTES);
        assert.equal(bytes.toString(), `${formatMicros(time)}|`);
      }),
      { numRuns: 2000 },
    );
  });
});
