import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { barOfTick } from '../src/stock/bar.ts';
import { CandleWindow } from '../src/stock/candle-window.ts';
import { seriesPoints } from '../src/stock/series-points.ts';
import { parseStudies, studiesText } from '../src/stock/studies/study.ts';
import { StudyBook } from '../src/stock/studies/study-book.ts';

const T0 = 1_760_000_000;

function windowOf(bars: readonly (readonly [second: number, close: number])[]): CandleWindow {
  const window = new CandleWindow('1s', 'UTC');
  window.start = T0;
  window.bars = bars.map(([second, close]) => barOfTick(T0 + second, close));
  return window;
}

function middleOf(book: StudyBook): readonly number[] {
  return book.studies[0]?.middle ?? [];
}

describe('studies on a chart', () => {
  const { studies } = parseStudies('sma3');

  it('count candles that exist, not the empty places between them', () => {
    const points = seriesPoints(
      windowOf([
        [0, 1],
        [1, 2],
        [5, 6],
        [6, 9],
      ]),
    );
    const book = new StudyBook();
    book.write(studies, points, { bars: [], whole: true });
    assert.equal(points.times.length, 7);
    assert.deepEqual(
      middleOf(book).map((value) => (Number.isNaN(value) ? '-' : value)),
      ['-', '-', '-', '-', '-', 3, 17 / 3],
    );
  });

  it('begin with the candles before the chart’s first', () => {
    const earlier = windowOf([
      [-3, 10],
      [-1, 20],
    ]).bars;
    const book = new StudyBook();
    book.write(
      studies,
      seriesPoints(
        windowOf([
          [0, 30],
          [1, 40],
        ]),
      ),
      { bars: earlier, whole: false },
    );
    assert.deepEqual(middleOf(book), [20, 30]);
  });

  it('follow the newest candle, and one that comes behind it', () => {
    const points = seriesPoints(
      windowOf([
        [0, 1],
        [1, 2],
        [2, 3],
      ]),
    );
    const book = new StudyBook();
    book.write(studies, points, { bars: [], whole: true });
    (points.bars as unknown[])[2] = barOfTick(T0 + 2, 6);
    book.follow(points);
    assert.equal(middleOf(book)[2], 3);
    (points.times as number[]).push(T0 + 3);
    (points.bars as unknown[]).push(barOfTick(T0 + 3, 10));
    book.follow(points);
    assert.equal(middleOf(book)[3], 6);
    assert.equal(middleOf(book)[2], 3);
  });

  it('are the same after a late tick has changed an older candle as if it had come in time', () => {
    const bars = Array.from({ length: 40 }, (_, second) => [second, 100 + Math.sin(second)] as const);
    const late = bars.map(([second, close]) => (second === 20 ? ([second, 150] as const) : ([second, close] as const)));
    const [book, other] = [new StudyBook(), new StudyBook()];
    const chosen = parseStudies('sma5,ema5,bb5x2').studies;
    book.write(chosen, seriesPoints(windowOf(bars)), { bars: [], whole: true });
    book.write(chosen, seriesPoints(windowOf(late)), { bars: [], whole: true });
    other.write(chosen, seriesPoints(windowOf(late)), { bars: [], whole: true });
    assert.deepEqual(
      book.studies.map(({ middle, upper }) => [middle, upper]),
      other.studies.map(({ middle, upper }) => [middle, upper]),
    );
  });
});

describe('studies in an address', () => {
  it('come back as they were', () => {
    const text = 'sma20,ema50,bb20x2,bb10x2.5';
    assert.deepEqual(parseStudies(text).faults, []);
    assert.equal(studiesText(parseStudies(text).studies), text);
  });

  it('that are none are quoted, with what would be right', () => {
    for (const text of ['foo9', 'sma0', 'sma501', 'sma', 'ema20x2', 'bb20x11', 'bb20x0', 'sma1.5', '-sma5']) {
      const { studies, faults } = parseStudies(`${text},sma5`);
      assert.equal(studiesText(studies), 'sma5', text);
      assert.equal(faults.length, 1, text);
      assert.ok(faults[0]?.includes(`“${text}”`) && faults[0].includes('sma20'), faults[0]);
    }
  });

  it('are six at most, and the same one once', () => {
    const { studies, faults } = parseStudies('sma1,sma1,sma2,sma3,sma4,sma5,sma6,sma7');
    assert.equal(studies.length, 6);
    assert.ok(faults[0]?.includes('“sma7”'));
  });
});
