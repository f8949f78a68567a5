import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EpochMicros, encodeMessage } from '../src/index.ts';
import { decode, fateOf, partsOf, RECEIVED, TOLERANCE } from './message-parts.ts';

describe('the three forms of a message are one tick', () => {
  const ticks: readonly [string, string, string, number][] = [
    ['AAPL:(220.4, 1757494917.021389)', 'AAPL', '220.4', 1757494917021389],
    ['AAPL:(220.40,1757494917)', 'AAPL', '220.40', 1757494917000000],
    ['BRK.B:(1e-05, 1757494917.0213896)', 'BRK.B', '0.00001', 1757494917021390],
    ['BTC:USD:(123456789012345.678901, 0)', 'BTC:USD', '123456789012345.678901', 0],
    ['AAPL:(220.4, 1757494917021)', 'AAPL', '220.4', 1757494917021000],
    ['AAPL:(220.4, 1757494917021389499)', 'AAPL', '220.4', 1757494917021389],
    ['AAPL : ( 220.4 , 2025-09-10T11:01:57.021389+02:00 )', 'AAPL', '220.4', 1757494917021389],
    ['AAPL:(220.4, 20250910T090157)', 'AAPL', '220.4', 1757494917000000],
    ['AAPL:(220.4, 20250910)', 'AAPL', '220.4', 1757462400000000],
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
    ['{"stock_name":"A","price":1,"timestamp":20250910}', 'A', '1', 1757462400000000],
    ['{"a":[1,{"price":9}],"stock_name":"A","price":123456789012345.678901}', 'A', '123456789012345.678901', RECEIVED],
    ['{\r\n  "stock_name": "A",\r\n  "price": 1.50\r\n}\r\n', 'A', '1.50', RECEIVED],
    ['{"price":1,"stock_name":"A","price":2}', 'A', '2', RECEIVED],
  ];
  for (const [message, stock, price, time] of ticks) {
    it(`reads ${message.trim()}`, () => assert.deepEqual(decode(message), { ok: true, stock, price, time }));
  }

  it('accepts a time as far ahead of the clock as is tolerated, but not a microsecond more, in every form', () => {
    const limit = (RECEIVED + TOLERANCE) as EpochMicros;
    const forms = (time: number): string[] => [
      encodeMessage('A', '1', time as EpochMicros),
      `A:(1, ${time})`,
      `{"stock_name":"A","price":1,"timestamp":${time}}`,
    ];
    for (const message of forms(limit)) assert.equal(decode(message).ok, true, message);
    for (const message of forms(limit + 1)) {
      const decoded = decode(message);
      assert.ok(!decoded.ok && decoded.reason === 'bad_time', message);
      assert.match(decoded.detail, /further ahead of the clock than FUTURE_TOLERANCE_MS allows \(300000 ms\)/);
    }
  });
});

describe('a message that is no tick is told apart by its reason', () => {
  const rejected: readonly [string | Uint8Array, string][] = [
    [new Uint8Array([0x41, 0xff, 0xfe]), 'not_text'],
    ['', 'empty'],
    [' \n', 'empty'],
    ['\r\n\t\r\n', 'empty'],
    ['[]', 'empty'],
    [' [ ]\n', 'empty'],
    [`AAPL:${'1'.repeat(1020)}`, 'too_long'],
    [`{"stock_name":"A","price":1,\n"x":"${'y'.repeat(1000)}"}`, 'too_long'],
    [Buffer.alloc(65_537, 'A:1\n'), 'too_long'],
    ['hello', 'bad_form'],
    ['{"stock_name":', 'bad_form'],
    ['{"stock_name":"A","price":1}}', 'bad_form'],
    ['{"stock_name":"A","price":01}', 'bad_form'],
    ['{"stock_name":"A","price":1,}', 'bad_form'],
    ['{"stock_name":"A\nB","price":1}'.replace('\n', '\t'), 'bad_form'],
    ['[{"stock_name":"A","price":1}', 'bad_form'],
    ['[{"stock_name":"A","price":1}]]', 'bad_form'],
    [Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 'not_text'],
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
    ['AAPL:(220.4)', 'bad_price'],
    ['AAPL:(220.4, 1757494917, 5)', 'bad_price'],
    ['{"stock_name":"A","price":null}', 'bad_price'],
    ['AAPL:(1, soon)', 'bad_time'],
    ['AAPL:(1, -5)', 'bad_time'],
    ['AAPL:(1, )', 'bad_time'],
    ['AAPL:(1, 99999999999)', 'bad_time'],
    ['AAPL:(1, 20260230)', 'bad_time'],
    ['{"stock_name":"A","price":1,"timestamp":"2026-13-01T00:00:00Z"}', 'bad_time'],
    ['{"stock_name":"A","price":1,"timestamp":null}', 'bad_time'],
  ];
  for (const [message, reason] of rejected) {
    it(`${JSON.stringify(message).slice(0, 60)} is ${reason}`, () => assert.equal(fateOf(decode(message)), reason));
  }

  it('never throws on any bytes, and always says something', () => {
    for (let seed = 1; seed < 5000; seed++) {
      const bytes = Uint8Array.from({ length: seed % 40 }, (_, i) => (seed * 31 + i * i * 17) & 0xff);
      assert.ok(partsOf(bytes).length > 0);
    }
  });

  it('is judged in no time, however it is made up', () => {
    const started = performance.now();
    for (const part of [' ', '(', ':', ',', '1', '[', '{"', ': (', '"a":', '\\', '.']) {
      const line = part.repeat(Math.floor(1000 / part.length));
      for (const message of [`A:(${line}x`, `A:(${line})`, `{"a":${line}`, `${line}:1`, `[${line.repeat(60)}`]) {
        assert.ok(partsOf(message).length > 0);
      }
    }
    assert.ok(performance.now() - started < 2000);
  });
});
