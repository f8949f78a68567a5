import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type BoardMessage,
  boardChannel,
  type DecimalText,
  type LiveMessage,
  laneChannel,
  type SequencedTick,
} from '@tickwatch/core';
import { eventually } from './eventually.ts';
import { BOARD_BYTES_PER_SECOND, type LiveFixture, makeTicks } from './live-fixture.ts';
import { RawClient } from './raw-client.ts';
import { Viewer } from './viewer.ts';

const BOARD = boardChannel('NASDAQ');
/** NASDAQ has one lane, NYSE two. */
const SHARE = BOARD_BYTES_PER_SECOND / 3;
const STOCKS = 1500;
const SECONDS = 2.5;

/** A tick of each of so many stocks. */
function tickEach(stocks: number, price: string): SequencedTick[] {
  return makeTicks('NASDAQ', stocks, price).map((tick, i) => ({ ...tick, stock: `S${i}` }));
}

/** Boards, and the channels of single lanes. */
export function testBoards(fixture: () => LiveFixture): void {
  const view = (channel: string) => new Viewer(fixture().websocketUrl, channel).ready();
  const messages = (viewer: Viewer) => viewer.publications.map(({ data }) => data as BoardMessage);

  describe('boards and lanes', () => {
    test('a lone tick is on its board at once, with every member and all digits of its price', async () => {
      using client = await new RawClient(fixture().websocketUrl).open();
      client.send({ id: 1, connect: {} }, { id: 2, subscribe: { channel: BOARD } });
      await eventually('the reply', () => client.reply(2) !== undefined);
      const waits: number[] = [];
      for (let i = 0; i < 5; i++) {
        await delay(260);
        const [tick] = makeTicks('NASDAQ', 1, '220.4000000000000000001') as [SequencedTick];
        const started = performance.now();
        fixture().publisher.publish('NASDAQ/0', [tick]);
        const told = `"lane":"NASDAQ/0","seq":${tick.seq},"time":${tick.time},"ticks":1,"rows":["AAPL",220.4000000000000000001,0]`;
        await eventually('the tick', () => client.frames.some((frame) => frame.includes(told)));
        waits.push(performance.now() - started);
      }
      // A turn of a quarter of a second would be in each of them.
      assert.ok(Math.min(...waits) < 200, waits.join());
    });

    test('is told the newest of each stock: four times a second, within its bytes, in turn, all ticks counted', async () => {
      using viewer = await view(BOARD);
      const times = new Map<BoardMessage, number>();
      viewer.subscription.on('publication', ({ data }) => times.set(data as BoardMessage, performance.now()));
      await delay(260);
      const start = performance.now();
      let rounds = 0;
      while (performance.now() - start < SECONDS * 1000) {
        fixture().publisher.publish('NASDAQ/0', tickEach(STOCKS, `${++rounds}.50`));
        await delay(100);
      }
      const newest = new Map<unknown, unknown>();
      const gaps: number[] = [];
      const told = new Map<unknown, number>();
      const isTold = () => [...newest.values()].filter((price) => price === rounds + 0.5).length === STOCKS;
      const read = new Set<BoardMessage>();
      await eventually('the last price of each stock', () => {
        for (const [message, at] of times) {
          if (read.has(message)) continue;
          read.add(message);
          for (let i = 0; i < message.rows.length; i += 3) {
            const [stock, price] = message.rows.slice(i, i + 2);
            newest.set(stock, price);
            gaps.push(at - (told.get(stock) ?? start));
            told.set(stock, at);
          }
        }
        return isTold();
      });
      const all = messages(viewer);
      const seconds = ((times.get(all.at(-1) as BoardMessage) ?? 0) - start) / 1000;
      const sizes = all.map((message) => JSON.stringify(message).length);
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      assert.ok(all.length <= 4 * seconds + 2, `${all.length} messages in ${seconds} s`);
      assert.ok(bytes <= SHARE * seconds + 2 * Math.max(...sizes), `${bytes} bytes in ${seconds} s`);
      assert.equal(
        all.reduce((sum, { ticks }) => sum + ticks, 0),
        rounds * STOCKS,
      );
      const rows = all.reduce((sum, message) => sum + message.rows.length / 3, 0);
      const turn = (STOCKS / rows) * seconds;
      assert.ok(Math.max(...gaps) <= (1.3 * turn + 0.5) * 1000, `${Math.max(...gaps)} ms, ${turn} s a turn`);
      assert.ok(rows < rounds * STOCKS);
      const seqs = all.map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        [...seqs].sort((a, b) => a - b),
      );
    });

    test('whoever was cut off gets what was told meanwhile', async () => {
      using viewer = await view(BOARD);
      viewer.client.disconnect();
      const ticks = makeTicks('NASDAQ', 2).map((tick, i) => ({ ...tick, stock: `CUT${i}` }));
      fixture().publisher.publish('NASDAQ/0', ticks);
      await fixture().publisher.drain(20_000);
      viewer.client.connect();
      await viewer.ready();
      assert.equal(viewer.subscribed[1]?.recovered, true);
      await eventually('the rows', () => messages(viewer).some(({ rows }) => rows.includes('CUT1')));
    });

    test('the channel of a lane has what its exchange’s has of it, and nothing else', async () => {
      using exchange = await view('NYSE');
      using lane = await view(laneChannel('NYSE/1'));
      const sent = [makeTicks('NYSE', 2), makeTicks('NYSE', 3), makeTicks('NYSE', 1)];
      for (const [i, ticks] of sent.entries()) {
        fixture().publisher.publish(`NYSE/${i % 2}`, ticks);
        await fixture().publisher.drain(20_000);
      }
      await eventually('all ticks', () => exchange.ticks.length === 6 && lane.ticks.length === 3);
      const own = exchange.publications.map(({ data }) => data as LiveMessage).filter((data) => data.lane === 'NYSE/1');
      assert.deepEqual(
        lane.publications.map(({ data }) => data),
        own,
      );
    });

    test('a tick of a lane is on its board, under its lane', async () => {
      using viewer = await view(boardChannel('NYSE'));
      await delay(260);
      for (const lane of [0, 1]) {
        const price = `${lane}.5` as DecimalText;
        fixture().publisher.publish(
          `NYSE/${lane}`,
          makeTicks('NYSE', 1).map((tick) => ({ ...tick, stock: `L${lane}`, price })),
        );
      }
      await eventually('both', () => messages(viewer).length >= 2);
      assert.deepEqual(
        messages(viewer).map(({ lane, rows }) => [lane, rows[0], rows[1]]),
        [
          ['NYSE/0', 'L0', 0.5],
          ['NYSE/1', 'L1', 1.5],
        ],
      );
    });

    test('nobody can publish there, nor read their history', async () => {
      using viewer = await view(BOARD);
      for (const channel of [BOARD, laneChannel('NYSE/0')]) {
        await assert.rejects(viewer.client.publish(channel, { rows: [] }), { code: 103 });
        await assert.rejects(viewer.client.history(channel, { limit: 1 }), { code: 103 });
        await assert.rejects(viewer.client.presence(channel), { code: 108 });
      }
    });

    for (const channel of ['board:LSE', 'board:alerts', 'board:', 'lane:NASDAQ/0', 'lane:NYSE/2', 'lane:NYSE']) {
      test(`${channel} is no channel, and is refused for good`, async () => {
        using viewer = new Viewer(fixture().websocketUrl, channel);
        await eventually('the refusal', () => viewer.errors.length > 0);
        assert.equal(viewer.errors[0]?.code, 107);
        assert.equal(viewer.subscription.state, 'unsubscribed');
      });
    }
  });
}
