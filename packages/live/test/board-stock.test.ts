import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DecimalText, EpochMicros, SequencedTick, ToldTicks } from '@tickwatch/core';
import { BoardStock } from '../src/board-stock.ts';

const START = Date.parse('2026-11-20T14:30:00Z') * 1000;
const SECOND = 1_000_000;

function tick(price: number, micros: number): SequencedTick {
  const time = (START + micros) as EpochMicros;
  return { stock: 'A', exchange: 'NASDAQ', price: price.toFixed(2) as DecimalText, time, seq: 1 };
}

/** Tells what there is. */
function tell(stock: BoardStock): ToldTicks {
  const { told } = stock;
  stock.clear();
  return told;
}

const pricesOf = ({ beyond, newest }: ToldTicks): readonly number[] => [...beyond, newest.price].map(Number);

describe('what a board is told of a stock', () => {
  test('is its newest tick by time, how many there were, and no price between that is no extreme', () => {
    const stock = new BoardStock(tick(10, 0));
    for (const [price, second] of [
      [12, 1],
      [9, 2],
      [11, 3],
      [10, 1],
    ] as const)
      stock.add(tick(price, second * SECOND));
    assert.deepEqual(
      [tell(stock)].map(({ newest, count, beyond }) => [newest.price, count, beyond]),
      [['11.00', 5, ['12.00', '9.00']]],
    );
    for (const price of [11.5, 9.5, 10]) stock.add(tick(price, 4 * SECOND));
    assert.deepEqual([stock.told.count, stock.told.beyond], [3, []]);
    stock.add(tick(8, 5 * SECOND));
    assert.deepEqual(tell(stock).beyond, []);
  });

  test('lets whoever hears every row know the high and low since any quarter of an hour, though rows were not sent', () => {
    let seed = 20_261_129;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    let price = 100;
    let told = 0;
    let extremes = 0;
    const truth: { quarter: number; price: number }[] = [];
    const heard: { quarter: number; price: number }[] = [];
    const quarterOf = (micros: number) => Math.floor(micros / (900 * SECOND));
    const stock = new BoardStock(tick(price, 0));
    truth.push({ quarter: 0, price });
    for (let second = 1; second < 4 * 900; second++) {
      const begins = second % 900 === 0;
      if (begins || random() < 0.15) {
        const row = stock.told;
        stock.clear();
        if (random() < 0.3) stock.putBack(row);
        else {
          told += row.count;
          extremes += row.beyond.length;
          const quarter = quarterOf(row.newest.time - START);
          for (const one of pricesOf(row)) heard.push({ quarter, price: one });
        }
      }
      // Where a quarter begins all before it is told, so that what is heard is of the one that it is of.
      if (begins && stock.told.count > 0)
        for (const one of pricesOf(tell(stock))) heard.push({ quarter: quarterOf((second - 1) * SECOND), price: one });
      price = Math.round((price + (random() - 0.5) * 2) * 100) / 100;
      stock.add(tick(price, second * SECOND));
      truth.push({ quarter: quarterOf(second * SECOND), price });
    }
    for (const one of pricesOf(tell(stock))) heard.push({ quarter: 3, price: one });
    const since = (list: typeof truth, quarter: number) => {
      const prices = list.filter((one) => one.quarter >= quarter).map((one) => one.price);
      return [Math.min(...prices), Math.max(...prices)];
    };
    for (const quarter of [0, 1, 2, 3])
      assert.deepEqual(since(heard, quarter), since(truth, quarter), `since ${quarter}`);
    assert.ok(extremes < told / 10, `${extremes} extremes told beside the rows of ${told} ticks`);
  });
});
