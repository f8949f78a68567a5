import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText, type EpochMicros, parseDateTime, parseMessageMap } from '../src/index.ts';

const RECEIVED = parseDateTime('2026-11-28T00:00:00.000000Z') as EpochMicros;
const TOLERANCE = 300_000_000;

function decode(map: string, message: string): string {
  const decoded = decodeText(message, RECEIVED, TOLERANCE, { map: parseMessageMap(map) });
  return decoded.ok ? `${decoded.stock} ${decoded.price} ${decoded.time - RECEIVED}` : decoded.reason;
}

describe('a map of members', () => {
  it('leads to stock, price and time, also in objects inside, and to names with dots', () => {
    const at = RECEIVED - 1_000_000;
    assert.equal(decode('{"stock":"s","price":"p","time":"T"}', `{"s":"A","p":1.50,"T":${at}}`), 'A 1.50 -1000000');
    assert.equal(decode('{"stock":"s","price":"p"}', '{"s":"A","p":"1.50","T":1}'), 'A 1.50 0');
    assert.equal(decode('{"stock":"a.b.c","price":"a.p"}', '{"a":{"x":[{"p":9}],"b":{"c":"A"},"p":2}}'), 'A 2 0');
    assert.equal(decode('{"stock":"a.b","price":"p"}', '{"a.b":"A","a":{"b":"B"},"p":2}'), 'A 2 0');
  });

  it('leaves the form of this house as it is, and other forms to be read as without it', () => {
    const map = '{"stock":"symbol","price":"close","time":"at"}';
    const own = '{"stock_name":"A","price":1,"timestamp":"2026-11-28T00:00:00Z","symbol":"B","close":2,"at":0}';
    assert.equal(decode(map, own), 'A 1 0');
    assert.equal(decode(map, '{"symbol":"A","price":1}'), 'A 1 0');
    assert.equal(decode(map, 'AAPL:220.4'), 'AAPL 220.4 0');
  });

  it('goes before forms that are guessed by their names', () => {
    assert.equal(
      decode('{"stock":"ticker","price":"last"}', '{"symbol":"A","ticker":"B","price":1,"last":2}'),
      'B 2 0',
    );
  });

  it('makes no tick without the time that it names, or of what is no price, no time, no string', () => {
    const map = '{"stock":"s","price":"p","time":"T"}';
    assert.equal(decode(map, '{"s":"A","p":1}'), 'bad_time');
    assert.equal(decode(map, '{"s":"A","p":1,"T":"soon"}'), 'bad_time');
    assert.equal(decode(map, '{"s":"A","p":1,"T":{"at":1}}'), 'bad_time');
    assert.equal(decode(map, '{"s":"A","p":"x","T":1}'), 'bad_price');
    assert.equal(decode(map, '{"s":7,"p":1,"T":1}'), 'bad_symbol');
    assert.equal(decode(map, '{"s":"A"}'), 'bad_symbol');
  });

  it('is refused in words where it says nothing', () => {
    const wrong: readonly [string, RegExp][] = [
      ['stock=s', /^is "stock=s": no JSON object such as \{"stock":"s"/],
      ['["s","p"]', /no JSON object/],
      ['{"stock":"s"}', /^lacks "price"; it has to look like/],
      ['{"price":"p"}', /^lacks "stock"/],
      ['{"stock":"s","price":"p","timestamp":"T"}', /^has "timestamp"; it can have "stock", "price" and "time"/],
      ['{"stock":"s","price":7}', /^says 7 for "price": no name of a member/],
      ['{"stock":"s","price":""}', /no name of a member/],
      ['{"stock":"s","price":"a..b"}', /no name of a member/],
      ['{"stock":"s","price":"s"}', /names one member twice/],
    ];
    for (const [text, problem] of wrong) {
      assert.throws(
        () => parseMessageMap(text),
        (error: Error) => problem.test(error.message),
        text,
      );
    }
  });
});
