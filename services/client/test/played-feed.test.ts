import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type EpochMicros, formatMicros, type LiveTick, parseTime } from '@tickwatch/core';
import { SeamCursor } from '../src/live/seam.ts';
import { PlayedClock } from '../src/moment/played-clock.ts';
import { PlayedFeed } from '../src/moment/played-feed.ts';
import type { PagedTick, TickPage } from '../src/moment/tick-pages.ts';

const AT = Date.UTC(2026, 10, 20, 14) * 1000;

function tickAt(time: number, price: number, exchange = 'NASDAQ'): PagedTick {
  return { stock: 'A', exchange, price, time, timestamp: formatMicros(time as EpochMicros) };
}

/** Ticks in the order of arrival as pages of `size`; `now`: what time it really is. */
function play(ticks: readonly PagedTick[], { size = 10, speed = 1, now = AT + 3600e6 } = {}) {
  mock.method(globalThis, 'setInterval', () => 0);
  const steady = { ms: 0 };
  const clock = new PlayedClock(AT, speed, () => steady.ms);
  clock.run(true, speed);
  const shown: { readonly price: number; readonly at: number; readonly tick: LiveTick }[] = [];
  const asked: string[] = [];
  let presents = 0;
  const load = async (path: string): Promise<TickPage> => {
    asked.push(path);
    const query = new URL(path, 'http://x').searchParams;
    const [from, to, skip] = ['start_time', 'end_time', 'cursor'].map((name) => Number(query.get(name)));
    const all = ticks.filter(({ time }) => time >= (from ?? 0) && time <= (to ?? 0));
    const end = (skip ?? 0) + size;
    query.set('cursor', String(end));
    return { ticks: all.slice(skip ?? 0, end), next: end < all.length ? `/api/ticks?${query}` : undefined };
  };
  const feed = new PlayedFeed({
    ...{ clock, speed: () => speed, now: () => now, load, onPresent: () => presents++ },
    show: (_lane, some) => shown.push(...some.map((tick) => ({ tick, price: tick.price, at: clock.now() }))),
  });
  return {
    ...{ feed, clock, shown, asked, presents: () => presents },
    pass: async (seconds: number, step = 0.05) => {
      for (let passed = 0; passed < seconds; passed += step) {
        steady.ms += step * 1000;
        feed.look();
        for (let turns = 0; turns < 4; turns++) await turn();
      }
    },
  };
}

describe('playing the past', () => {
  afterEach(() => mock.restoreAll());

  it('shows every tick once, in the order of arrival, and none before its time', async () => {
    const ticks = Array.from({ length: 300 }, (_, index) => tickAt(AT + 1 + index * 70_000, index + 1));
    const { feed, shown, pass } = play(ticks);
    await pass(10);
    const early = shown.filter(({ tick, at }) => (parseTime(tick.timestamp) ?? 0) > at);
    assert.deepEqual(early, []);
    assert.ok(shown.length > 100 && shown.length < 200, `${shown.length} of 10 s`);
    await pass(15);
    feed.dispose();
    assert.deepEqual(
      shown.map(({ price }) => price),
      ticks.map(({ price }) => price),
    );
  });

  it('shows what came late where it came, not at its own time', async () => {
    const late = tickAt(AT + 1_000_000, 2);
    const { shown, pass } = play([tickAt(AT + 3_000_000, 1), late, tickAt(AT + 4_000_000, 3)]);
    await pass(3.5);
    assert.deepEqual(
      shown.map(({ price }) => price),
      [1, 2],
    );
    assert.ok((shown[1]?.at ?? 0) >= AT + 3_000_000);
  });

  it('shows all ticks of one moment that lies on several pages, and counts them with their moment', async () => {
    const { feed, shown, pass } = play(Array.from({ length: 35 }, (_, index) => tickAt(AT + 500_000, index)));
    await pass(0.4);
    assert.deepEqual([...feed.positionAt(AT + 499_999).values()], [0]);
    await pass(3);
    assert.equal(shown.length, 35);
    assert.deepEqual([...feed.positionAt(AT + 500_000)], [['NASDAQ/0', 35]]);
  });

  it('leaves no hole and no repeat to what was loaded as of a moment while it played', async () => {
    const ticks = Array.from({ length: 200 }, (_, index) =>
      tickAt(AT + 1 + index * 50_000, index + 1, index % 3 === 0 ? 'NYSE' : 'NASDAQ'),
    );
    const { feed, clock, shown, pass } = play(ticks, { size: 7 });
    await pass(4);
    // An answer that was asked for now holds all up to here.
    const cursor = new SeamCursor();
    const [loaded, before] = [clock.now(), shown.length];
    cursor.start(feed.positionAt(loaded));
    const held = ticks.filter(({ time }) => time <= loaded).map(({ price }) => price);
    await pass(0.3);
    for (const [lane, recent] of feed.recent()) {
      const { fresh, hole } = cursor.take(lane, recent);
      assert.equal(hole, false);
      held.push(...fresh.map(({ price }) => price));
    }
    const all = shown.length;
    assert.ok(all > before);
    await pass(3);
    for (const { tick } of shown.slice(all)) {
      const { fresh, hole } = cursor.take(`${tick.exchange_name}/0`, [tick]);
      assert.equal(hole, false);
      held.push(...fresh.map(({ price }) => price));
    }
    assert.deepEqual(
      held.toSorted((a, b) => a - b),
      ticks.filter(({ time }) => time <= clock.now()).map(({ price }) => price),
    );
  });

  it('waits for what is read at any speed, and reads on in bounded ranges', async () => {
    const ticks = Array.from({ length: 500 }, (_, index) => tickAt(AT + 1 + index * 4_000_000, index + 1));
    const { shown, asked, pass } = play(ticks, { speed: 1000, size: 50 });
    await pass(3);
    assert.deepEqual(
      shown.map(({ price }) => price),
      ticks.map(({ price }) => price),
    );
    for (const path of asked) {
      const query = new URL(path, 'http://x').searchParams;
      assert.ok(Number(query.get('end_time')) - Number(query.get('start_time')) <= 900_000e6);
    }
  });

  it('reads a range page by page, as it is played, so that what came late is where it came', async () => {
    const ticks = Array.from({ length: 200 }, (_, index) => tickAt(AT + 1 + index * 1_000_000, index + 1));
    const { asked, pass } = play(ticks);
    await pass(60, 0.5);
    const starts = new Set(asked.map((path) => new URL(path, 'http://x').searchParams.get('start_time')));
    assert.equal(starts.size, 1);
    assert.ok(asked.length <= 8, `${asked.length} pages of ten seconds in a minute`);
  });

  it('finds the next tick behind a night by few answers, and asks for nothing more until it comes', async () => {
    const open = AT + 16 * 3600e6;
    const { feed, asked, pass } = play([tickAt(AT + 1_000_000, 1), tickAt(open, 2)], { now: open + 3600e6 });
    await pass(3);
    assert.equal(feed.quietUntil, open);
    const before = asked.length;
    assert.ok(before <= 5, `${before} answers`);
    await pass(60, 1);
    assert.equal(asked.length, before);
  });

  it('does not ask again and again where nothing comes any more', async () => {
    const { asked, pass } = play([tickAt(AT + 1_000_000, 1)], { now: AT + 3 * 3600e6 });
    await pass(300, 0.5);
    assert.ok(asked.length <= 5, `${asked.length} answers`);
  });

  it('knows until when nothing comes, and leaves that out, not one tick more', async () => {
    const { feed, clock, shown, pass } = play([
      ...[tickAt(AT + 1_000_000, 1), tickAt(AT + 600_000_000, 2)],
      tickAt(AT + 601_000_000, 3),
    ]);
    await pass(2);
    assert.equal(feed.quietUntil, AT + 600_000_000);
    clock.skip(feed.quietUntil - 1_000_000);
    await pass(0.5);
    assert.equal(shown.length, 1);
    await pass(1);
    assert.deepEqual(
      shown.map(({ price }) => price),
      [1, 2],
    );
    // Never farther than is known.
    clock.skip(Number.POSITIVE_INFINITY);
    assert.equal(clock.now(), AT + 1 + 900e6);
  });

  it('asks for nothing while it stands still', async () => {
    const { clock, asked, pass } = play([tickAt(AT + 1_000_000, 1)]);
    await pass(1);
    clock.run(false, 1);
    const before = asked.length;
    await pass(120, 1);
    assert.equal(asked.length, before);
  });

  it('ends where now is', async () => {
    const { presents, pass, shown } = play([tickAt(AT + 1_000_000, 1)], { now: AT + 5_000_000 });
    await pass(2.8);
    assert.equal(presents(), 0);
    await pass(1);
    assert.ok(presents() > 0);
    assert.equal(shown.length, 1);
  });

  it('goes on by itself after an answer that failed, and says meanwhile what is wrong', async () => {
    mock.method(globalThis, 'setInterval', () => 0);
    mock.method(Math, 'random', () => 0);
    const steady = { ms: 0 };
    const clock = new PlayedClock(AT, 1, () => steady.ms);
    clock.run(true, 1);
    let failing = true;
    const shown: number[] = [];
    const feed = new PlayedFeed({
      ...{ clock, speed: () => 1, now: () => AT + 3600e6, onPresent: () => {} },
      show: (_lane, some) => shown.push(...some.map(({ price }) => price)),
      load: async () => {
        if (failing) throw new Error('The server can’t be reached');
        return { ticks: [tickAt(AT + 10, 7)], next: undefined };
      },
    });
    await turn();
    assert.equal(feed.trouble.value, 'The server can’t be reached');
    failing = false;
    const deadline = performance.now() + 60_000;
    while (feed.trouble.value !== undefined && performance.now() < deadline) await turn();
    assert.equal(feed.trouble.value, undefined);
    steady.ms += 1000;
    feed.look();
    feed.dispose();
    assert.deepEqual(shown, [7]);
  });
});
