import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode } from './message-parts.ts';

/** The number of a message of one part, and whether it is a tick. */
function numberOf(message: string): readonly [isTick: boolean, n: number | undefined] {
  const { ok, n } = decode(message);
  return [ok, n];
}

describe('the number of a message', () => {
  it('is the member "n" of an object, whatever its other members are called', () => {
    assert.deepEqual(
      numberOf('{"stock_name":"AAPL","price":220.4,"timestamp":"2025-09-10T09:01:57.021389Z","n":123}'),
      [true, 123],
    );
    assert.deepEqual(numberOf('{"n":0,"stock_name":"AAPL","price":220.4}'), [true, 0]);
    assert.deepEqual(numberOf('{"symbol":"AAPL","price":220.4,"ts":1757494917021,"n":9007199254740991}'), [
      true,
      9007199254740991,
    ]);
    assert.deepEqual(numberOf('{"stock_name":"AAPL","price":220.4,"x":{"n":7},"n":8}'), [true, 8]);
  });

  it('is kept with what is rejected: the message was received', () => {
    assert.deepEqual(numberOf('{"stock_name":"AAPL","price":-1,"n":5}'), [false, 5]);
    assert.deepEqual(numberOf('{"symbol":"AAPL","price":"x","n":5}'), [false, 5]);
  });

  it('is none where it can be none, and the tick is taken all the same', () => {
    for (const n of ['-1', '1.5', '9007199254740992', '1e400', '"12"', 'null', 'true', '[1]', '{"n":1}', '""']) {
      assert.deepEqual(numberOf(`{"stock_name":"AAPL","price":220.4,"n":${n}}`), [true, undefined], n);
    }
    assert.deepEqual(numberOf('{"stock_name":"AAPL","price":220.4}'), [true, undefined]);
  });

  it('is not what other feeds call so: the trades of a bar', () => {
    const bar = '{"symbol":"AAPL","open":1,"close":2,"n":120}';
    assert.deepEqual(numberOf(bar), [false, undefined]);
    const trade = '{"T":"t","S":"AAPL","p":126.55,"s":1,"t":"2021-02-22T15:51:44.208Z","n":4}';
    assert.deepEqual(numberOf(trade), [true, undefined]);
  });
});
