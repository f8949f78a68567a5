import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Coverage, ExchangeSessions, Gap } from '@tickwatch/core';

// The settings ask the page for its theme.
Object.assign(globalThis, {
  addEventListener: () => {},
  matchMedia: () => ({ matches: false, addEventListener: () => {} }),
  document: { documentElement: { dataset: {}, style: {} } },
});
const { kindAt, trackParts } = await import('../src/moment/track-source.ts');
const { placeOn, trackRange } = await import('../src/moment/track-span.ts');

const at = (text: string): number => Date.parse(text);
const about = { zone: 'America/New_York', first: at('2026-01-01T00:00:00Z'), now: at('2026-11-20T20:00:00Z') };
const written = ({ from, to }: { from: number; to: number }) => [from, to].map((time) => new Date(time).toISOString());

describe('the time bar’s track', () => {
  it('has the hour, the day or the week of the moment on it, by the chosen clock, also where that changes', () => {
    const moment = at('2026-11-01T15:20:00Z');
    assert.deepEqual(written(trackRange('hour', moment, about)), [
      '2026-11-01T15:00:00.000Z',
      '2026-11-01T16:00:00.000Z',
    ]);
    // A day of 25 hours.
    assert.deepEqual(written(trackRange('day', moment, about)), [
      '2026-11-01T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
    ]);
    assert.deepEqual(written(trackRange('week', moment, about)), [
      '2026-10-26T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
    ]);
    assert.deepEqual(trackRange('all', moment, about), { from: about.first, to: about.now });
    assert.equal(placeOn({ from: 100, to: 300 }, 150), 0.25);
  });

  it('draws what is missing over what is covered, and says what a moment is in', () => {
    const range = { from: at('2026-11-20T12:00:00Z'), to: at('2026-11-20T20:00:00Z') };
    const coverage = [{ exchange_name: 'NYSE', covered_from: '2026-11-20T13:00:00Z', days: [] }];
    const gaps = [
      { from_time: '2026-11-20T16:00:00Z', to_time: '2026-11-20T16:10:00Z' },
      { from_time: '2026-11-20T19:59:00Z', to_time: null },
    ];
    const sessions = [
      {
        ...{ exchange_name: 'NYSE', calendar: 'us', timezone: 'America/New_York' },
        sessions: [{ day: '2026-11-20', open_time: '2026-11-20T14:30:00Z', close_time: '2026-11-20T21:00:00Z' }],
      },
    ];
    const parts = trackParts(
      {
        coverage: coverage as unknown as Coverage,
        gaps: gaps as unknown as Gap[],
        sessions: sessions as unknown as ExchangeSessions[],
      },
      range,
    );
    const kinds = ['12:30', '13:30', '15:00', '16:05', '19:59'].map((time) =>
      kindAt(parts, at(`2026-11-20T${time}:30Z`)),
    );
    assert.deepEqual(kinds, ['unknown', 'closed', 'covered', 'missing', 'missing']);
  });
});
