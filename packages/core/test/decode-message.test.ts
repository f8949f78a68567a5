import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeMessage, type EpochMicros, encodeMessage, MICROS_PER_DAY, parseDateTime } from '../src/index.ts';

const RECEIVED = parseDateTime('2026-11-22T10:00:00.000001Z') as EpochMicros;

function decode(message: string | Uint8Array) {
  return decodeMessage(typeof message === 'string' ? new TextEncoder().encode(message) : message, RECEIVED);
}

function reasonOf(message: string | Uint8Array): string {
  const decoded = decode(message);
  return decoded.ok ? `a tick: ${JSON.stringify(decoded)}` : decoded.reason;
}

describe('the three forms of a message are one tick', () => {
  const ticks: readonly [string, string, string, number][] = [
    ['AAPL:(220.4, 1757494917.021389)', 'AAPL', '220.4', 1757494917021389],
    ['AAPL:(220.40,1757494917)', 'AAPL', '220.40', 1757494917000000],
    ['BRK.B:(1e-05, 1757494917.0213896)', 'BRK.B', '0.00001', 1757494917021390],
    ['BTC:USD:(123456789012345.678901, 0)', 'BTC:USD', '123456789012345.678901', 0],
    ['TSLA:723.02', 'TSLA', '723.02', RECEIVED],
    ['BTC:USD: 0.00000001\n', 'BTC:USD', '0.00000001', RECEIVED],
    [
      '{"stock_name":"AAPL","price":220.40,"timestamp":"2026-11-22T10:00:00.123456Z"}',
      'AAPL',
      '220.40',
      RECEIVED + 123455,
    ],
    ['{"price":"7.10","x":{"price":1},"stock_name":"\\u0041"}', 'A', '7.10', RECEIVED],
    ['{"stock_name":"A","price":1.5E2,"timestamp":1757494917.5}', 'A', '150', 1757494917500000],
    ['{"a":[1,{"price":9}],"stock_name":"A","price":123456789012345.678901}', 'A', '123456789012345.678901', RECEIVED],
  ];
  for (const [message, stock, price, time] of ticks) {
    it(`reads ${message.trim()}`, () => assert.deepEqual(decode(message), { ok: true, stock, price, time }));
  }

  it('accepts a time up to a day ahead of the clock, but not a microsecond more', () => {
    const limit = (RECEIVED + MICROS_PER_DAY) as EpochMicros;
    assert.equal(decode(encodeMessage('A', '1', limit)).ok, true);
    assert.equal(reasonOf(encodeMessage('A', '1', (limit + 1) as EpochMicros)), 'bad_time');
  });
});

describe('a message that is no tick is told apart by its reason', () => {
  const rejected: readonly [string | Uint8Array, string][] = [
    [new Uint8Array([0x41, 0xff, 0xfe]), 'not_text'],
    ['', 'empty'],
    [' \n', 'empty'],
    [`AAPL:${'1'.repeat(1020)}`, 'too_long'],
    ['hello', 'bad_form'],
    ['{"stock_name":', 'bad_form'],
    [':1', 'bad_symbol'],
    ['(1, 2)', 'bad_form'],
    [`${'A'.repeat(33)}:1`, 'bad_symbol'],
    ['A\u0000B:1', 'bad_symbol'],
    ['{"stock_name":7,"price":1}', 'bad_symbol'],
    ['AAPL:', 'bad_price'],
    ['AAPL:nan', 'bad_price'],
    ['AAPL:inf', 'bad_price'],
    ['AAPL:-1', 'bad_price'],
    ['AAPL:0.000', 'bad_price'],
    ['AAPL:0x1f', 'bad_price'],
    ['AAPL:1_000', 'bad_price'],
    ['AAPL:1e999999', 'bad_price'],
    ['AAPL:(nan, 1757494917)', 'bad_price'],
    ['{"stock_name":"A","price":null}', 'bad_price'],
    ['AAPL:(1, soon)', 'bad_time'],
    ['AAPL:(1, -5)', 'bad_time'],
    ['AAPL:(1, )', 'bad_time'],
    ['AAPL:(1, 99999999999)', 'bad_time'],
    ['{"stock_name":"A","price":1,"timestamp":"2026-13-01T00:00:00Z"}', 'bad_time'],
    ['{"stock_name":"A","price":1,"timestamp":null}', 'bad_time'],
  ];
  for (const [message, reason] of rejected) {
    it(`${JSON.stringify(message).slice(0, 60)} is ${reason}`, () => assert.equal(reasonOf(message), reason));
  }

  it('never throws on any bytes', () => {
    for (let seed = 1; seed < 5000; seed++) {
      const bytes = Uint8Array.from({ length: seed % 40 }, (_, i) => (seed * 31 + i * i * 17) & 0xff);
      assert.equal(typeof decode(bytes).ok, 'boolean');
    }
  });
});
