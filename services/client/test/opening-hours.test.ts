import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ExchangeSessions } from '@tickwatch/core';
import { OpeningHours } from '../src/board/opening-hours.ts';
import { holeText, holeTimes } from '../src/format/hole-text.ts';

const OPEN = Date.parse('2026-11-27T14:30:00Z');
const CLOSE = Date.parse('2026-11-27T18:00:00Z');

function sessions(exchange_name: string, calendar: string | null): ExchangeSessions {
  const session = {
    day: '2026-11-27',
    open_time: new Date(OPEN).toISOString(),
    close_time: new Date(CLOSE).toISOString(),
  };
  return {
    ...{ exchange_name, calendar, timezone: 'America/New_York', is_open: false },
    sessions: calendar === null ? [] : [{ ...session, kind: 'half_day' }],
  };
}

describe('whether an exchange is open', () => {
  const hours = new OpeningHours();
  hours.take([sessions('NASDAQ', 'XNYS'), sessions('BINANCE', null)], CLOSE + 86_400_000);

  it('follows its sessions to the moment', () => {
    const closed = [OPEN - 1, OPEN, CLOSE - 1, CLOSE].map((now) => hours.isClosed('NASDAQ', now));
    assert.deepEqual(closed, [true, false, false, true]);
    assert.equal(hours.nextChange(OPEN - 1), OPEN);
    assert.equal(hours.nextChange(OPEN), CLOSE);
  });

  it('is never called closed without a calendar, or beyond what was asked for', () => {
    assert.equal(hours.isClosed('BINANCE', CLOSE), false);
    assert.equal(hours.isClosed('UNHEARD', CLOSE), false);
    assert.equal(hours.isClosed('NASDAQ', CLOSE + 86_400_000), false);
  });
});

describe('a hole in words', () => {
  const hole = { exchange_name: 'NASDAQ', from_time: '2026-11-27T14:30:00.000000Z', reason: 'refused' } as const;

  it('names its exchange, its times, why, and how many where that is known', () => {
    const to_time = '2026-11-27T15:00:00.000000Z';
    assert.equal(
      holeText('utc', { ...hole, to_time, messages: 1 }),
      'NASDAQ, Nov 27, 2026 14:30:00 to 15:00:00: there was no room to keep them, 1 message',
    );
    assert.match(
      holeText('utc', { ...hole, to_time: null, messages: null }),
      /since Nov 27, 2026 14:30:00: there was no/,
    );
  });

  it('has no bounds that are not known', () => {
    assert.equal(holeTimes('utc', { from_time: null, to_time: hole.from_time }), 'up to Nov 27, 2026 14:30:00');
    assert.equal(holeTimes('utc', { from_time: null, to_time: null }), 'all of it');
  });
});
