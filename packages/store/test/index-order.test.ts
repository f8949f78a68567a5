import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecimalText, EpochMicros, Tick } from '@tickwatch/core';
import { inIndexOrder } from '../src/write/index-order.ts';

const tick = (stock: string, time: number): Tick => ({
  stock,
  exchange: 'NYSE',
  price: '1' as DecimalText,
  time: time as EpochMicros,
});
const told = (ticks: readonly Tick[]): string => ticks.map(({ stock, time }) => `${stock}${time}`).join(' ');

describe('the order in which rows are copied', () => {
  it('is by stock, bytewise, and each stock newest first', () => {
    const ticks = [tick('b', 1), tick('B', 1), tick('b', 2), tick('b', 3), tick('A', 4), tick('B', 5)];
    assert.equal(told(inIndexOrder(ticks)), 'A4 B5 B1 b3 b2 b1');
  });

  it('keeps every tick, equal ones and late ones too', () => {
    const ticks = [tick('A', 2), tick('A', 2), tick('A', 1), tick('A', 3)];
    assert.equal(told(inIndexOrder(ticks)), 'A3 A1 A2 A2');
    assert.deepEqual(inIndexOrder([]), []);
  });
});
