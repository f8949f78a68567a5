import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SpokenPlace, spokenBar } from '../src/stock/spoken-bar.ts';

const TIME = Date.parse('2026-03-02T14:05:00Z') / 1000;
const BAR = {
  ...{ time: TIME, open: 2, high: 4, low: 1, close: 3, sum: 5, count: 2 },
  ...{ complete: true, position: undefined },
};

function spoken(more: Partial<SpokenPlace> = {}): string {
  const nothing = { outliers: [], fired: [], coverage: [], incomplete: false };
  return spokenBar('utc', { time: TIME, bar: BAR, daily: false, digits: 2, ...nothing, ...more });
}

describe('a bar in words', () => {
  it('has its time and all its figures, and no more where nothing is wrong', () => {
    assert.match(spoken(), /^14:05:00, .*: close 3\.00, open 2\.00, high 4\.00, low 1\.00, 2 ticks$/);
    assert.match(spoken({ daily: true, bar: { ...BAR, count: 1 } }), /^[^:]*: close 3\.00.* 1 tick$/);
  });

  it('names what is doubtful, missing or closed', () => {
    const part = { from: TIME, to: TIME + 60 };
    const closed = { ...part, kind: 'closed', holes: [] } as const;
    assert.match(
      spoken({ outliers: [{ time: TIME, price: 9, median: 3 }] }),
      /far from the others: 9\.00, median 3\.00$/,
    );
    assert.match(spoken({ bar: undefined, coverage: [closed] }), /: no ticks\. Closed$/);
    assert.match(spoken({ fired: ['A crossed 2 from below: 3'] }), /2 ticks\. Alert: A crossed 2 from below: 3$/);
    assert.doesNotMatch(spoken({ coverage: [closed] }), /Closed/);
    assert.match(spoken({ incomplete: true }), /Incomplete$/);
    const hole = { exchange_name: 'X', from_time: null, to_time: null, reason: 'refused', messages: 3 } as const;
    assert.match(spoken({ coverage: [{ ...part, kind: 'refused', holes: [hole] }] }), /Refused: there was no room/);
  });
});
