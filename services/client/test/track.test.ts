import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import type { Coverage, ExchangeSessions, Gap } from '@tickwatch/core';

// The settings ask the page for its theme.
Object.assign(globalThis, {
  addEventListener: () => {},
  matchMedia: () => ({ matches: false, addEventListener: () => {} }),
  document: { documentElement: { dataset: {}, style: {} } },
});
const { kindAt, loadTrack, trackParts } = await import('../src/moment/track-source.ts');
const { placeOn, trackRange } = await import('../src/moment/track-span.ts');

const at = (text: string): number => Date.parse(text);
const about = { zone: 'America/New_York', first: at('2026-01-01T00:00:00Z'), now: at('2026-11-20T20:00:00Z') };
const written = ({ from, to }: { from: number; to: number }) => [from, to].map((time) => new Date(time).toISOString());

describe('the time bar’s track', () => {
  afterEach(() => mock.restoreAll());

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

  it('of a stock is that of its exchanges, and of its own holes', async () => {
    const asked: string[] = [];
    const rows = [{ exchange_name: 'NYSE' }, { exchange_name: 'NASDAQ' }].map((row) => ({
      ...{ ...row, calendar: 'us', sessions: [], days: [], covered_from: '2026-11-20T00:00:00Z' },
      ...{ from_time: '2026-11-20T13:00:00Z', to_time: '2026-11-20T14:00:00Z' },
    }));
    mock.method(globalThis, 'fetch', async (path: string) => {
      asked.push(path);
      return Response.json(path.startsWith('/api/gaps') ? rows.slice(0, 1) : rows);
    });
    const range = { from: at('2026-11-20T12:00:00Z'), to: at('2026-11-20T20:00:00Z') };
    const { signal } = new AbortController();
    const parts = await loadTrack(range, { stock: 'A', exchanges: ['NASDAQ'] }, signal);
    assert.ok(asked.every((path) => path.includes('exchange=NASDAQ')));
    assert.ok(asked.some((path) => path.startsWith('/api/gaps?') && path.includes('stock=A')));
    // The hole is another exchange's.
    assert.equal(kindAt(parts, at('2026-11-20T13:30:00Z')), 'closed');
    asked.length = 0;
    const all = await loadTrack(range, { stock: undefined, exchanges: [] }, signal);
    assert.ok(asked.every((path) => !path.includes('exchange=')));
    assert.equal(kindAt(all, at('2026-11-20T13:30:00Z')), 'missing');
  });

  it('says nothing of days before those that are told, and of those before the first one that nobody listened', async () => {
    const day = { state: 'complete', from_time: '2026-11-19T00:00:00Z', to_time: '2026-11-20T00:00:00Z' };
    mock.method(globalThis, 'fetch', async () =>
      Response.json([{ exchange_name: 'NYSE', covered_from: '2024-01-01T00:00:00Z', days: [day] }]),
    );
    const range = { from: at('2023-01-01T00:00:00Z'), to: at('2026-11-20T00:00:00Z') };
    const parts = await loadTrack(range, { stock: undefined, exchanges: [] }, new AbortController().signal);
    const kinds = ['2023-06-01', '2024-06-01', '2026-11-19'].map((date) => kindAt(parts, at(`${date}T12:00:00Z`)));
    assert.deepEqual(kinds, ['unknown', undefined, 'covered']);
  });
});
