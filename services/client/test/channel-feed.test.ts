import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import type { Followed, TickListener } from '../src/live/live-feed.ts';
import { SeamCursor } from '../src/live/seam.ts';
import { startFeed } from './fake-channels.ts';

const A = { stock: 'A', exchange: undefined };

/** Notes what a follower is told. */
function noting(): TickListener & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    onTicks: (lane, ticks) => told.push(`${lane} ${ticks.map(({ seq }) => seq)}`),
    onBreak: () => told.push('break'),
  };
}

const heldBy = (followed: Followed) =>
  Object.fromEntries([...followed.recent()].map(([lane, ticks]) => [lane, ticks.map(({ seq }) => seq)]));

/** True when it is so at once. */
async function isReady(one: { ready(timeoutMs?: number): Promise<void> }): Promise<boolean> {
  let ready = false;
  void one.ready().then(() => {
    ready = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return ready;
}

describe('the live feed of a stock', () => {
  afterEach(() => mock.restoreAll());

  it('is the exchange’s channel where the exchange has one lane, as soon as it is known to be traded there', async () => {
    const { feed, asked, open, publish, tell } = startFeed();
    feed.watch(['NASDAQ', 'NYSE']);
    assert.deepEqual(asked(), []);
    const listener = noting();
    const followed = feed.follow(A, ['NASDAQ'], listener);
    assert.deepEqual(asked(), ['NASDAQ']);
    for (const name of ['NASDAQ', 'board:NASDAQ']) open(name);
    assert.equal(await isReady(followed), false);
    open('board:NYSE');
    assert.equal(await isReady(followed), true);
    publish('NASDAQ', 'NASDAQ', [1, 2]);
    assert.deepEqual(heldBy(followed), { 'NASDAQ/0': [1, 2] });
    // It has begun to be traded at another one, too.
    tell('NYSE/0', 7, 1, { A: 5, B: 6 });
    assert.deepEqual(asked(), ['NASDAQ', 'NYSE']);
    open('NYSE');
    publish('NYSE', 'NYSE', [8]);
    assert.deepEqual(listener.told, ['break', 'NASDAQ/0 1,2', 'break', 'NYSE/0 8']);
    followed.end();
    assert.deepEqual(asked(), []);
  });

  it('is its lane’s channel where the exchange has several, from its first price on the board on, which no chart misses', async () => {
    const { feed, book, asked, open, publish, tell } = startFeed();
    feed.watch(['NASDAQ']);
    open('board:NASDAQ');
    book.noteLanes(['NASDAQ/0', 'NASDAQ/1', 'NASDAQ/2', 'NASDAQ/3']);
    const listener = noting();
    const followed = feed.follow(A, ['NASDAQ'], listener);
    assert.deepEqual(asked(), []);
    assert.equal(await isReady(followed), true);
    tell('NASDAQ/1', 20, 20, { B: 1 });
    assert.deepEqual(asked(), []);
    tell('NASDAQ/2', 10, 10, { A: 1 });
    assert.deepEqual(asked(), ['lane:NASDAQ/2']);
    assert.equal(await isReady(followed), false);
    open('lane:NASDAQ/2');
    publish('lane:NASDAQ/2', 'NASDAQ', [11], 'NASDAQ/2');
    assert.deepEqual(listener.told, ['break', 'NASDAQ/2 11']);
    // Another one of this lane finds it open, and what came before is to be loaded.
    tell('NASDAQ/2', 12, 2, { C: 1 });
    const late = noting();
    const other = feed.follow({ stock: 'C', exchange: 'NASDAQ' }, [], late);
    assert.equal(await isReady(other), true);
    assert.deepEqual(heldBy(other), { 'NASDAQ/2': [11] });
    followed.end();
    assert.deepEqual(asked(), ['lane:NASDAQ/2']);
    other.end();
    assert.deepEqual(asked(), []);
  });

  it('goes along where the source puts the stock into another lane, and into an open one, too', () => {
    const { feed, asked, open, tell } = startFeed();
    feed.watch(['NASDAQ']);
    tell('NASDAQ/1', 1, 1, { A: 1, B: 1 });
    tell('NASDAQ/2', 1, 1, { C: 1 });
    const listener = noting();
    feed.follow(A, ['NASDAQ'], listener);
    feed.follow({ stock: 'C', exchange: undefined }, ['NASDAQ'], noting());
    for (const name of ['lane:NASDAQ/1', 'lane:NASDAQ/2']) open(name);
    assert.deepEqual(listener.told.splice(0), ['break']);
    tell('NASDAQ/2', 2, 1, { A: 2 });
    assert.deepEqual(asked(), ['lane:NASDAQ/2']);
    assert.deepEqual(listener.told, ['break']);
  });

  it('is the exchange’s channel where the server refuses that of the lane, or has no board', async () => {
    const { feed, asked, open, refuse, publish, tell } = startFeed();
    feed.watch(['NASDAQ', 'NYSE']);
    open('board:NASDAQ');
    tell('NASDAQ/1', 1, 1, { A: 1 });
    const listener = noting();
    const followed = feed.follow(A, [], listener);
    refuse('lane:NASDAQ/1');
    assert.ok(asked().includes('NASDAQ'));
    open('NASDAQ');
    refuse('board:NYSE');
    open('NYSE');
    assert.equal(await isReady(followed), true);
    publish('NASDAQ', 'NASDAQ', [2], 'NASDAQ/1');
    publish('NYSE', 'NYSE', [5]);
    assert.deepEqual(listener.told, ['break', 'break', 'NASDAQ/1 2', 'NYSE/0 5']);
  });

  it('sees no hole where two lanes of one channel come in turn, and one where a lane leaves a tick out', () => {
    const { feed, open, publish } = startFeed();
    const cursor = new SeamCursor();
    cursor.start(
      new Map([
        ['NASDAQ/0', 10],
        ['NASDAQ/1', 500],
      ]),
    );
    const taken: string[] = [];
    let holes = 0;
    const followed = feed.follow(A, ['NASDAQ'], {
      onTicks(lane, ticks) {
        const { fresh, hole } = cursor.take(lane, ticks);
        taken.push(...fresh.map(({ seq }) => `${lane} ${seq}`));
        if (hole) holes++;
      },
      onBreak: () => {},
    });
    open('NASDAQ');
    for (const [lane, seqs] of [
      ['NASDAQ/0', [10, 11]],
      ['NASDAQ/1', [501]],
      ['NASDAQ/0', [12]],
      ['NASDAQ/1', [501, 502]],
    ] as const)
      publish('NASDAQ', 'NASDAQ', seqs, lane);
    assert.deepEqual(taken, ['NASDAQ/0 11', 'NASDAQ/1 501', 'NASDAQ/0 12', 'NASDAQ/1 502']);
    assert.equal(holes, 0);
    assert.deepEqual(heldBy(followed), { 'NASDAQ/0': [10, 11, 12], 'NASDAQ/1': [501, 502] });
    publish('NASDAQ', 'NASDAQ', [504], 'NASDAQ/1');
    assert.equal(holes, 1);
  });

  it('forgets all lanes of a channel that could not be recovered, and no other’s', () => {
    const { feed, open, publish } = startFeed();
    const listener = noting();
    const followed = feed.follow(A, ['NASDAQ', 'NYSE'], listener);
    publish('NASDAQ', 'NASDAQ', [1], 'NASDAQ/0');
    publish('NASDAQ', 'NASDAQ', [1], 'NASDAQ/1');
    publish('NYSE', 'NYSE', [1]);
    listener.told.length = 0;
    open('NASDAQ', { wasRecovering: true, recovered: false });
    assert.deepEqual(heldBy(followed), { 'NYSE/0': [1] });
    assert.deepEqual(listener.told, ['break']);
    open('NYSE', { wasRecovering: true, recovered: true });
    assert.deepEqual(heldBy(followed), { 'NYSE/0': [1] });
    assert.deepEqual(listener.told, ['break']);
  });
});
