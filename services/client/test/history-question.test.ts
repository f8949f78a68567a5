import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LaneName, LiveTick } from '@tickwatch/core';
import { HistoryQuestion } from '../src/history/history-question.ts';
import type { TickListener } from '../src/live/live-feed.ts';
import { followWith } from './live-ticks.ts';

const page = Object.assign(new EventTarget(), { hidden: false });
Object.assign(globalThis, { document: page });

describe('a question about the past that goes on', () => {
  it('asks once when the page is seen again, however many ticks came while nobody saw it', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    let asked = 0;
    globalThis.fetch = async () => {
      asked++;
      return new Response('{"count":1}');
    };
    let listener: TickListener | undefined;
    const live = {
      follow: followWith((one) => {
        listener = one;
      }),
    };
    const query = { stock: 'A', exchange: undefined, start: undefined, end: undefined, cursor: undefined };
    const end = new HistoryQuestion({ ...query, order: 'asc' }, live).start();
    await settled();
    assert.equal(asked, 1);
    page.hidden = true;
    const tick = { stock_name: 'A', exchange_name: 'X', price: '1', timestamp: new Date().toISOString() };
    for (let i = 0; i < 20; i++) {
      listener?.onTicks('X' as LaneName, [tick as unknown as LiveTick]);
      test.mock.timers.tick(5000);
      await settled();
    }
    assert.equal(asked, 1);
    page.hidden = false;
    page.dispatchEvent(new Event('visibilitychange'));
    await settled();
    assert.equal(asked, 2);
    end();
  });

  it('asks again where the last answer of a range that has ended could not be had', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    let asked = 0;
    let line = true;
    globalThis.fetch = async () => {
      asked++;
      if (!line) throw new TypeError('network error');
      return new Response('{"count":1}');
    };
    const ended = Date.now() - 2900;
    const query = { stock: 'A', exchange: undefined, start: undefined, end: ended * 1000, cursor: undefined };
    const live = { follow: followWith() };
    const end = new HistoryQuestion({ ...query, order: 'asc' }, live).start();
    await settled();
    while (Date.now() < ended + 3100) await settled();
    line = false;
    test.mock.timers.tick(200);
    await settled();
    assert.equal(asked, 2);
    line = true;
    test.mock.timers.tick(15_000);
    await settled();
    assert.equal(asked, 3);
    test.mock.timers.tick(60_000);
    await settled();
    assert.equal(asked, 3);
    end();
  });
});

/** All that is on its way has come. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
