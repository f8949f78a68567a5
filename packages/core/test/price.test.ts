import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  comparePrices,
  compareTicks,
  type DecimalText,
  type EpochMicros,
  encodeLiveMessage,
  type LiveMessage,
  parsePrice,
} from '../src/index.ts';

it('a price keeps its digits, and other notations of a decimal become plain', () => {
  const prices: readonly [string, string | undefined][] = [
    ['220.40', '220.40'],
    ['0.00000001', '0.00000001'],
    ['123456789012345.678901', '123456789012345.678901'],
    ['007.50', '7.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+5', '5'],
    ['1.5e3', '1500'],
    ['1.23456e2', '123.456'],
    ['12e-4', '0.0012'],
    ['0', undefined],
    ['.', undefined],
    ['', undefined],
    ['1,5', undefined],
    ['٣', undefined],
  ];
  for (const [text, expected] of prices) assert.equal(parsePrice(text), expected, text);
});

it('a price may be zero or below only where that is said, and then zero has no sign', () => {
  const prices: readonly [string, string | undefined][] = [
    ['-37.63', '-37.63'],
    ['0', '0'],
    ['-0', '0'],
    ['-0.00', '0.00'],
    ['+0', '0'],
    ['0e5', '0'],
    ['-.5', '-0.5'],
    ['-007.50', '-7.50'],
    ['-1.5e-3', '-0.0015'],
    ['220.40', '220.40'],
    ['--1', undefined],
    ['- 1', undefined],
    ['−1', undefined],
    ['-', undefined],
    ['-inf', undefined],
  ];
  for (const [text, expected] of prices) {
    assert.equal(parsePrice(text, { signed: true }), expected, text);
    assert.equal(parsePrice(text), text === '220.40' ? text : undefined, text);
  }
});

it('prices compare by value, however they are written', () => {
  const ordered = ['-100', '-37.63', '-9.99', '-0.5', '-0.49', '0', '0.01', '9.99', '10'];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) assert.equal(Math.sign(comparePrices(a, b)), Math.sign(i - j), `${a} ${b}`);
  }
  assert.equal(comparePrices('-220.40', '-220.4'), 0);
  assert.ok(comparePrices('9.99', '10') < 0);
  assert.ok(comparePrices('10.5', '10.49') > 0);
  assert.equal(comparePrices('220.40', '220.4'), 0);
});

it('a live message is JSON whose prices have the digits that came in', () => {
  const price = '123456789012345.678901' as DecimalText;
  const tick = { stock: 'A"B', exchange: 'NYSE', price, time: 1757494917021389 as EpochMicros, seq: 7 };
  const json = encodeLiveMessage([tick, { ...tick, seq: 8 }]);
  assert.ok(json.includes('"price":123456789012345.678901,'));
  const message = JSON.parse(json) as LiveMessage;
  assert.deepEqual(Object.keys(message.ticks[0] ?? {}), ['stock_name', 'exchange_name', 'price', 'timestamp', 'seq']);
  assert.equal(message.ticks[1]?.seq, 8);
  assert.equal(message.ticks[0]?.timestamp, '2025-09-10T09:01:57.021389Z');
});

it('names its lane where it has one, behind the ticks', () => {
  const tick = { stock: 'A', exchange: 'NYSE', price: '1' as DecimalText, time: 0 as EpochMicros, seq: 7 };
  assert.equal(encodeLiveMessage([tick], 'NYSE/1'), `${encodeLiveMessage([tick]).slice(0, -1)},"lane":"NYSE/1"}`);
});

it('ticks of one time keep the order in which they arrived, and only ticks without a number are ordered by price', () => {
  const tick = (price: string, seq?: number, time = 5) => ({
    ...{ stock: 'A', exchange: 'NYSE', price: price as DecimalText, time: time as EpochMicros },
    ...(seq === undefined ? {} : { seq }),
  });
  const inOrder = [tick('9', 3, 4), tick('7'), tick('8'), tick('12', 0), tick('10', 1), tick('12', 2), tick('11', 3)];
  const shuffled = [5, 2, 6, 0, 3, 1, 4].map((index) => inOrder[index] ?? tick('0'));
  assert.deepEqual(shuffled.sort(compareTicks), inOrder);
});
