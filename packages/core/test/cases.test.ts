import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CASES_RECEIVED_AT, tickCases } from '../../../test/cases/cases.ts';
import { decodeMessage, type EpochMicros, formatMicros, parseDateTime } from '../src/index.ts';

const RECEIVED = parseDateTime(CASES_RECEIVED_AT) as EpochMicros;
const TOLERANCE = 300_000_000;

describe('a message of the table amounts to what the table says', () => {
  for (const { why, message, ticks = [], rejected = [] } of tickCases()) {
    it(`${why}: ${message.slice(0, 100)}`, () => {
      const found: unknown[] = [];
      const reasons: string[] = [];
      decodeMessage(Buffer.from(message), RECEIVED, TOLERANCE, (item) => {
        if (item.ok) found.push({ stock_name: item.stock, price: item.price, timestamp: formatMicros(item.time) });
        else reasons.push(item.reason);
      });
      const expected = ticks.map((tick) => ({ timestamp: CASES_RECEIVED_AT, ...tick }));
      assert.deepEqual(
        { ticks: found, rejected: reasons },
        {
          ticks: expected.map(({ stock_name, price, timestamp }) => ({ stock_name, price, timestamp })),
          rejected,
        },
      );
    });
  }
});
