import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { candlesBefore, MovingValues } from '../src/stock/studies/moving-values.ts';
import type { Study } from '../src/stock/studies/study.ts';

const STUDIES: readonly Study[] = [
  { kind: 'sma', length: 1 },
  { kind: 'sma', length: 20 },
  { kind: 'ema', length: 1 },
  { kind: 'ema', length: 9 },
  { kind: 'bb', length: 1, width: 2 },
  { kind: 'bb', length: 20, width: 2.5 },
];

/** As a book has it: every value from all of its closes. */
function naive(study: Study, closes: readonly number[], index: number): readonly number[] {
  const { length } = study;
  if (index < length - 1) return [Number.NaN];
  if (study.kind === 'ema') {
    let value = closes.slice(0, length).reduce((sum, close) => sum + close, 0) / length;
    for (const close of closes.slice(length, index + 1)) value += (2 / (length + 1)) * (close - value);
    return [value];
  }
  const own = closes.slice(index - length + 1, index + 1);
  const mean = own.reduce((sum, close) => sum + close, 0) / length;
  if (study.kind !== 'bb') return [mean];
  const deviation = Math.sqrt(own.reduce((sum, close) => sum + (close - mean) ** 2, 0) / length);
  return [mean, mean + study.width * deviation, mean - study.width * deviation];
}

function near(found: readonly number[], expected: readonly number[], what: string): void {
  expected.forEach((value, index) => {
    const other = found[index] ?? Number.NaN;
    if (Number.isNaN(value)) assert.ok(Number.isNaN(other), `${what}: a value that can't be known`);
    else assert.ok(Math.abs(other - value) <= 1e-9 * Math.max(1, Math.abs(value)), `${what}: ${other} is not ${value}`);
  });
}

function at({ middle, upper, lower }: MovingValues, index: number): readonly number[] {
  return [middle[index], upper[index], lower[index]].map((value) => value ?? Number.NaN);
}

function walk(count: number, start = 100): number[] {
  let price = start;
  return Array.from({ length: count }, () => (price += Math.random() - 0.5));
}

describe('the values of studies', () => {
  it('are those of the book, at every candle', () => {
    const closes = walk(120);
    for (const study of STUDIES) {
      const values = new MovingValues(study, closes, true);
      for (const index of closes.keys()) {
        near(at(values, index), naive(study, closes, index), `${study.kind} at ${index}`);
      }
    }
  });

  it('follow live prices as if all had been there from the start', () => {
    for (const study of STUDIES) {
      const closes = walk(30);
      const values = new MovingValues(study, closes, true);
      for (let step = 0; step < 300; step++) {
        const close = 100 + Math.random() * 5;
        if (Math.random() < 0.6) {
          closes[closes.length - 1] = close;
          values.change(close);
        } else {
          closes.push(close);
          values.append(close);
        }
        const last = closes.length - 1;
        near(at(values, last), naive(study, closes, last), `${study.kind} after step ${step}`);
        near(at(values, last - 1), naive(study, closes, last - 1), `${study.kind} before step ${step}`);
      }
    }
  });

  it('forget a spike that has left them, however large it was', () => {
    const closes = [...walk(25), 1e15, ...walk(60)];
    for (const study of STUDIES.filter(({ kind }) => kind !== 'ema')) {
      const values = new MovingValues(study, closes, true);
      const last = closes.length - 1;
      near(at(values, last), naive(study, closes, last), study.kind);
    }
  });

  it('are not shown before enough candles are there, unless nothing is older', () => {
    const closes = walk(100);
    const study: Study = { kind: 'ema', length: 10 };
    const cut = new MovingValues(study, closes, false);
    assert.ok(Number.isNaN(cut.middle[candlesBefore(study) - 1]));
    assert.ok(Number.isFinite(cut.middle[candlesBefore(study)]));
    assert.ok(Number.isFinite(new MovingValues(study, closes, true).middle[9]));
  });

  it('hardly depend on where an exponential mean was begun', () => {
    const closes = walk(400);
    const study: Study = { kind: 'ema', length: 20 };
    const all = new MovingValues(study, closes, true).middle;
    const late = new MovingValues(study, closes.slice(200), false).middle;
    for (let index = candlesBefore(study); index < 200; index++) {
      assert.ok(Math.abs((late[index] ?? 0) - (all[index + 200] ?? 0)) < 0.002);
    }
  });
});
