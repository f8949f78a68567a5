import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressWith, rangeParameters, readChartAddress } from '../src/stock/chart-address.ts';
import { silenceText } from '../src/stock/silence.ts';
import { awake, ended, rangeNow, type WantedRange, wantedOf } from '../src/stock/wanted-range.ts';

const NOW = 1_795_000_000;
const DAY = 86_400;

function read(query: string): { readonly wanted: WantedRange; readonly problems: readonly string[] } {
  const { wanted, problems } = readChartAddress(new URLSearchParams(query), 'candles', 'AAPL');
  return { wanted, problems: problems.map(({ text }) => text) };
}

describe('the address of a chart', () => {
  it('is read as it was written, whatever range it has', () => {
    const ranges: readonly WantedRange[] = [
      { kind: 'live', span: 900 },
      { kind: 'live', span: 31_622_400 },
      { kind: 'past', from: NOW - 100, to: NOW },
      { kind: 'at', at: NOW, span: 900 },
      { kind: 'at', at: NOW, span: 60 },
    ];
    for (const wanted of ranges) {
      const link = addressWith('http://host/stock/A%2FB?exchange=NYSE&from=1', rangeParameters(wanted));
      const { search, pathname } = new URL(link);
      assert.equal(pathname, '/stock/A%2FB');
      assert.deepEqual(read(search), { wanted, problems: [] }, link);
    }
  });

  it('takes times in every form, and one bound alone', () => {
    assert.deepEqual(read('from=2026-11-18T01:06:40Z&to=1795000100.5').wanted, {
      kind: 'past',
      from: Date.parse('2026-11-18T01:06:40Z') / 1000,
      to: NOW + 100.5,
    });
    assert.deepEqual(read(`to=${NOW}`).wanted, { kind: 'past', from: NOW - 900, to: NOW });
    assert.equal(read(`from=${NOW - 100 * DAY}`).wanted.kind, 'live');
  });

  it('reads what is wrong as left out, quotes it and says what would be right', () => {
    for (const [query, told] of [
      ['from=yesterday', /^from=“yesterday” is not a time, as in 2026-\S+ or \d+; the last 15 min are shown$/],
      [`from=${NOW}&to=abc`, /^to=“abc” is not a time/],
      ['from=', /^from=“” is not a time/],
      [`from=${NOW}&to=${NOW}`, /does not lie before/],
      ['from=9999999999', /lies in the future/],
      ['span=-5', /^span=“-5” is not a number of seconds/],
      ['interval=7m', /^interval=“7m” is not one of 1s, 5s/],
      ['style=foo', /^style=“foo” is not one of candles, line/],
      ['colour=red', /^colour=“red” means nothing here; known are .*interval/],
    ] as const) {
      const { problems } = read(query);
      assert.equal(problems.length, 1, query);
      assert.match(problems[0] ?? '', told);
    }
  });
});

describe('the range of a chart', () => {
  it('ends at the last tick of a stock that has been silent for longer', () => {
    const last = NOW - 3 * DAY;
    assert.deepEqual(rangeNow({ kind: 'live', span: 900 }, NOW, last), {
      from: last - 900,
      to: Number.POSITIVE_INFINITY,
    });
    assert.deepEqual(rangeNow({ kind: 'live', span: 900 }, NOW, NOW - 800), {
      from: NOW - 900,
      to: Number.POSITIVE_INFINITY,
    });
    assert.deepEqual(awake({ from: NOW - 10, to: NOW }, NOW, last), { from: NOW - 10, to: NOW });
    assert.equal(ended({ from: 0, to: Number.POSITIVE_INFINITY }, NOW, last).to, last);
  });

  it('is the same again after it was kept, also of a silent stock', () => {
    for (const last of [NOW, NOW - 600, NOW - 3 * DAY]) {
      for (const span of [60, 900, 4 * DAY]) {
        const wanted: WantedRange = { kind: 'live', span };
        const shown = rangeNow(wanted, NOW, last);
        assert.deepEqual(rangeNow(wantedOf(shown, NOW, last), NOW, last), shown, `${span} of ${last - NOW}`);
      }
    }
  });

  it('is no other choice when live candles have moved it a little', () => {
    const before: WantedRange = { kind: 'live', span: 900 };
    assert.equal(wantedOf({ from: NOW - 905, to: Number.POSITIVE_INFINITY }, NOW, NOW, before), before);
    assert.deepEqual(wantedOf({ from: NOW - 1200, to: Number.POSITIVE_INFINITY }, NOW, NOW, before), {
      kind: 'live',
      span: 1200,
    });
  });

  it('has a moment in its middle, unless that would lie in the future', () => {
    assert.deepEqual(rangeNow({ kind: 'at', at: NOW - DAY, span: 600 }, NOW), {
      from: NOW - DAY - 300,
      to: NOW - DAY + 300,
    });
    assert.deepEqual(rangeNow({ kind: 'at', at: NOW - 10, span: 600 }, NOW), {
      from: NOW - 600,
      to: Number.POSITIVE_INFINITY,
    });
  });
});

describe('what is said of a silent stock', () => {
  it('tells since when, and until when its exchange is closed', () => {
    const last = NOW - 2 * DAY;
    const at = { last, exchange: 'NYSE', opensAt: (NOW + 3600) * 1000 };
    assert.match(
      silenceText('utc', { ...at, closed: true }, NOW) ?? '',
      /^Last tick 2 d ago, at .+; NYSE is closed until /,
    );
    assert.match(silenceText('utc', { ...at, closed: true, opensAt: undefined }, NOW) ?? '', /; NYSE is closed\.$/);
    const soon = { ...at, closed: true, opensAt: (NOW + 60) * 1000 };
    assert.match(silenceText('utc', soon, NOW) ?? '', /; NYSE is closed until \d\d:\d\d\.$/);
    assert.match(silenceText('utc', { ...at, closed: false }, NOW) ?? '', /goes on with the next one\.$/);
    assert.equal(silenceText('utc', { ...at, last: NOW - 60, closed: true }, NOW), undefined);
  });
});
