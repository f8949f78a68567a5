import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SPARK_BUCKETS, SPARK_STEP_SECONDS, SparkRing } from '../src/board/spark-ring.ts';
import { StockRow } from '../src/board/stock-row.ts';
import { fractionDigits, priceText, signedText } from '../src/format/number-text.ts';
import { fieldText, historyAddress, readField, readHistoryAddress } from '../src/history/history-query.ts';
import { boardTick } from './live-ticks.ts';

describe('prices on the page', () => {
  it('keep the digits that they came with and none of a float’s', () => {
    assert.equal(fractionDigits(220.4), 1);
    assert.equal(fractionDigits(0.1 + 0.2), 1);
    assert.equal(fractionDigits(1e-8), 8);
    assert.equal(fractionDigits(1.25e-7), 9);
    assert.equal(priceText(220.4, 1), '220.40');
    assert.equal(priceText(0.000_000_01, 8), '0.00000001');
  });

  it('show a difference with a true sign, and none at zero', () => {
    assert.equal(signedText(1.5, 2), '+1.50');
    assert.equal(signedText(-1.5, 2), '−1.50');
    assert.equal(signedText(-0.001, 2), '0.00');
  });
});

describe('the latest price of a stock', () => {
  it('is the last that came of a time stamp, whatever its price, and no late one', () => {
    const row = new StockRow('AAPL', 'NASDAQ');
    const take = (price: number, time: string): void => {
      row.take(boardTick({ price, time: Date.parse(`2026-11-22T10:00:${time}Z`) * 1000, seq: ++seq }), 0);
    };
    let seq = 0;
    for (const price of [10, 12, 11]) take(price, '05');
    take(99, '04');
    assert.equal(row.price, 11);
  });
});

describe('the last fifteen minutes of a stock', () => {
  const second = 1_000_000;
  const prices = (ring: SparkRing, now: number): number[] => {
    const found: number[] = [];
    ring.each(now, (_index, price) => found.push(price));
    return found;
  };

  it('keep the last price of each bucket, whatever order ticks come in', () => {
    const ring = new SparkRing();
    const start = 1_800_000_000 * second;
    ring.add(start + 2 * second, 10);
    ring.add(start + second, 9);
    ring.add(start + (SPARK_STEP_SECONDS + 1) * second, 11);
    assert.deepEqual(prices(ring, start + (SPARK_STEP_SECONDS + 1) * second), [10, 11]);
  });

  it('forget what is older, and stay empty after a long silence', () => {
    const ring = new SparkRing();
    const start = 1_800_000_000 * second;
    for (let step = 0; step < 2 * SPARK_BUCKETS; step++) ring.add(start + step * SPARK_STEP_SECONDS * second, step);
    const now = start + (2 * SPARK_BUCKETS - 1) * SPARK_STEP_SECONDS * second;
    assert.equal(prices(ring, now).length, SPARK_BUCKETS);
    assert.deepEqual(prices(ring, now + 3600 * second), []);
    ring.add(start, 1);
    assert.equal(prices(ring, now).length, SPARK_BUCKETS);
  });

  it('take what minutes ended with where no live tick knows better', () => {
    const ring = new SparkRing();
    const start = 1_800_000_000 * second;
    ring.add(start + 59 * second, 12);
    ring.addMinute(start, 11);
    ring.addMinute(start - 60 * second, 10);
    assert.deepEqual(prices(ring, start + 59 * second), [10, 12]);
  });
});

describe('the address of a question about the past', () => {
  it('restores exactly the question, microseconds included', () => {
    const query = {
      stock: 'BRK.B/X Ä',
      exchange: 'NYSE',
      start: 1_795_392_168_983_533,
      end: 1_795_392_169_491_996,
      order: 'desc',
      cursor: 'abc=',
    } as const;
    assert.deepEqual(readHistoryAddress(new URL(historyAddress(query), 'http://x').searchParams).query, query);
    const open = {
      ...query,
      exchange: undefined,
      start: undefined,
      end: undefined,
      order: 'asc',
      cursor: undefined,
    } as const;
    assert.deepEqual(readHistoryAddress(new URL(historyAddress(open), 'http://x').searchParams).query, open);
  });

  it('asks nothing where a part of the question is wrong, and quotes it', () => {
    const read = (text: string) => readHistoryAddress(new URLSearchParams(text));
    const texts = (text: string) => read(text).problems.map((problem) => problem.text);
    assert.equal(read('stock=AAPL&start=yesterday').query, undefined);
    assert.match(texts('stock=AAPL&start=yesterday')[0] ?? '', /start=“yesterday” is not a time, as in 20/);
    assert.match(texts('stock=AAPL&strat=2026-01-01T00:00:00Z')[0] ?? '', /strat=“2026.*means nothing here.*start/);
    assert.match(texts('end=2026-01-01T00:00:00Z')[0] ?? '', /asks about no stock/);
    assert.match(texts('stock=AAPL&from=9&to=3')[0] ?? '', /from=“9” does not lie before to=“3”/);
    const look = read('stock=AAPL&order=newest&interval=2m');
    assert.equal(look.query?.order, 'asc');
    assert.deepEqual(
      look.problems.map(({ parameter }) => parameter),
      ['order', 'interval'],
    );
    assert.deepEqual(texts('stock=AAPL&order=desc&style=candles&interval=1m&from=3&to=9'), []);
  });

  it('says of every choice of the chart that nobody understands', () => {
    const { problems } = readHistoryAddress(new URLSearchParams('stock=A&style=x&interval=2m&scale=lgo&fit=best'));
    assert.deepEqual(
      problems.map(({ parameter }) => parameter),
      ['style', 'interval', 'scale', 'fit'],
    );
  });

  it('reads a field on the clock it shows', () => {
    const micros = Date.parse('2026-07-01T12:00:05Z') * 1000;
    assert.equal(fieldText('America/New_York', micros), '2026-07-01T08:00:05');
    assert.equal(readField('America/New_York', '2026-07-01T08:00:05'), micros);
    assert.equal(readField('America/New_York', '2026-07-01T08:00'), micros - 5_000_000);
    assert.equal(readField('UTC', ''), undefined);
  });
});
