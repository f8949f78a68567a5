import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import type { BoardBatch } from '../src/live/board-batch.ts';
import { SeamCursor } from '../src/live/seam.ts';
import { startFeed } from './fake-channels.ts';

/** What a board is told that has joined to what is loaded up to a position. */
function joined(position: ReadonlyMap<string, number> = new Map()) {
  const server = startFeed();
  const cursor = new SeamCursor();
  cursor.start(position);
  const told: string[] = [];
  server.feed.watch(['NASDAQ']);
  server.feed.board({
    onBatch: (batch) => {
      const { fresh, hole } = cursor.takeBatch(batch);
      told.push(`${fresh.map(({ stock, price, count }) => `${stock} ${price}×${count}`)}${hole ? ' hole' : ''}`);
    },
    onBreak: () => told.push('break'),
  });
  return { ...server, told };
}

describe('the live feed of a board', () => {
  afterEach(() => mock.restoreAll());

  it('brings what history does not have: the newest of each stock with what it stands for', () => {
    const { tell, told, feed } = joined(new Map([['NASDAQ/0', 10]]));
    tell('NASDAQ/0', 10, 4, { A: 1 });
    tell('NASDAQ/0', 14, 4, { A: 2, B: 3 }, { counts: [3, 1] });
    // Nothing counted: stocks that had no room before.
    tell('NASDAQ/0', 14, 0, { C: 9 }, { counts: [5] });
    // Sent again after an answer that did not come.
    tell('NASDAQ/0', 14, 4, { A: 2, B: 3 });
    tell('NASDAQ/0', 15, 1, {});
    assert.deepEqual(told, ['', 'A 2×3,B 3×1', 'C 9×5', '']);
    assert.equal(feed.received, 9);
  });

  it('takes a message whole that reaches over the position of what is loaded, and tells of one that was left out', () => {
    const { tell, told } = joined(new Map([['NASDAQ/0', 12]]));
    tell('NASDAQ/0', 14, 4, { A: 2 });
    tell('NASDAQ/0', 19, 3, { A: 3 });
    assert.deepEqual(told, ['A 2×1', 'A 3×1 hole']);
  });

  it('keeps each lane’s last messages without a gap, for what is loaded meanwhile', () => {
    const { tell, open, told, feed } = joined();
    const held = () => [...feed.recentBoard()].map(({ lane, seq }: BoardBatch) => `${lane} ${seq}`);
    for (const seq of [1, 2, 3]) tell('NASDAQ/0', seq, 1, { A: seq });
    tell('NASDAQ/1', 1, 1, { B: 1 });
    assert.deepEqual(held(), ['NASDAQ/0 1', 'NASDAQ/0 2', 'NASDAQ/0 3', 'NASDAQ/1 1']);
    tell('NASDAQ/0', 9, 2, { A: 9 });
    assert.deepEqual(held(), ['NASDAQ/0 9', 'NASDAQ/1 1']);
    told.length = 0;
    open('board:NASDAQ', { wasRecovering: true, recovered: true });
    assert.deepEqual([held().length, told], [2, []]);
    open('board:NASDAQ', { wasRecovering: true, recovered: false });
    assert.deepEqual([held(), told], [[], ['break']]);
    for (let seq = 1; seq <= 30_000; seq++) tell('NASDAQ/0', seq, 1, { A: seq });
    assert.ok(held().length <= 25_000 && held().at(-1) === 'NASDAQ/0 30000', `${held().length} are kept`);
  });

  it('is made of all ticks of the exchange where the server has no board, and its holes are told', () => {
    const { feed, asked, refuse, open, publish, told } = joined(new Map([['NASDAQ/0', 10]]));
    const other = feed.follow({ stock: 'B', exchange: 'NASDAQ' }, ['NASDAQ'], { onTicks: () => {}, onBreak: () => {} });
    refuse('board:NASDAQ');
    assert.deepEqual(asked(), ['NASDAQ']);
    open('NASDAQ');
    // As long as the board is there.
    other.end();
    publish('NASDAQ', 'NASDAQ', [9, 10, 11, 12]);
    publish('NASDAQ', 'NASDAQ', [12, 13, 15]);
    assert.deepEqual(told, ['break', 'A 11×1,A 12×1', 'A 13×1', 'A 15×1 hole']);
    assert.equal(feed.received, 6);
  });
});
