/**
 * What every {@link LivePublisher} and the server behind it promise the browser, seen by the real `centrifuge`
 * client. The embedded hub and Centrifugo both pass it, so neither client nor subscriber can tell them apart.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LiveMessage, SequencedTick } from '@tickwatch/core';
import { testAlerts } from './alert-contract.ts';
import { testBoards } from './board-contract.ts';
import { testConnectSubs } from './connect-subs-contract.ts';
import { eventually } from './eventually.ts';
import {
  ALLOWED_ORIGIN,
  BOARD_BYTES_PER_SECOND,
  type LiveContract,
  type LiveFixture,
  makeTicks,
} from './live-fixture.ts';
import { testProtocol } from './protocol-contract.ts';
import { Viewer } from './viewer.ts';

/** So many publications a viewer that comes back is given; one that missed more loads history instead. */
const RECOVERED = 100;

export function testLiveContract(name: string, { start }: LiveContract): void {
  describe(`live contract: ${name}`, () => {
    let fixture: LiveFixture;
    before(async () => {
      fixture = await start({
        allowedOrigins: [ALLOWED_ORIGIN],
        lanes: new Map([
          ['NASDAQ', 1],
          ['NYSE', 2],
        ]),
        boardBytesPerSecond: BOARD_BYTES_PER_SECOND,
      });
    });
    after(() => fixture[Symbol.asyncDispose]());

    const view = (channel = 'NASDAQ') => new Viewer(fixture.websocketUrl, channel).ready();
    /** Publishes each list as a publication of its own. */
    const publish = async (...lists: readonly (readonly SequencedTick[])[]) => {
      for (const ticks of lists) {
        fixture.publisher.publish(`${ticks[0]?.exchange ?? 'NASDAQ'}/0`, ticks);
        await fixture.publisher.drain(20_000);
      }
    };

    test('a tick reaches the viewers of its exchange, and only those, with every member', async () => {
      using nasdaq = await view('NASDAQ');
      using nyse = await view('NYSE');
      const [tick] = makeTicks('NASDAQ', 1);
      await publish([tick as SequencedTick], makeTicks('NYSE', 1));
      await eventually('a tick for each', () => nasdaq.ticks.length === 1 && nyse.ticks.length === 1);
      assert.deepEqual(nasdaq.ticks, [
        {
          ...{ stock_name: 'AAPL', exchange_name: 'NASDAQ', price: 220.4 },
          ...{ timestamp: '2026-11-22T10:00:00.123456Z', seq: tick?.seq },
        },
      ]);
      assert.equal(nyse.ticks[0]?.exchange_name, 'NYSE');
    });

    test('publications name their lane where their exchange has several, and only there', async () => {
      using nasdaq = await view('NASDAQ');
      using nyse = await view('NYSE');
      const sent = [makeTicks('NYSE', 2), makeTicks('NYSE', 3)] as const;
      fixture.publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 1));
      for (const [lane, ticks] of sent.entries()) fixture.publisher.publish(`NYSE/${lane}`, ticks);
      await eventually('all ticks', () => nasdaq.ticks.length === 1 && nyse.ticks.length === 5);
      const seen = nyse.publications.map(({ data }) => data as LiveMessage);
      assert.deepEqual(
        seen.map(({ lane, ticks }) => [lane, ticks.map(({ seq }) => seq)]),
        sent.map((ticks, lane) => [`NYSE/${lane}`, ticks.map(({ seq }) => seq)]),
      );
      assert.deepEqual(Object.keys(nasdaq.publications[0]?.data as LiveMessage), ['ticks']);
    });

    test('ticks that arrive together travel together, in order', async () => {
      using viewer = await view();
      const ticks = makeTicks('NASDAQ', 50);
      for (let i = 0; i < ticks.length; i += 10) fixture.publisher.publish('NASDAQ/0', ticks.slice(i, i + 10));
      await eventually('50 ticks', () => viewer.ticks.length === 50);
      assert.equal(viewer.publications.length, 1);
      assert.deepEqual(
        viewer.seqs,
        ticks.map(({ seq }) => seq),
      );
    });

    test('a flood arrives complete and in order, in publications of at most 16 KiB', async () => {
      using viewer = await view();
      const ticks = makeTicks('NASDAQ', 5000);
      for (let i = 0; i < ticks.length; i += 7) fixture.publisher.publish('NASDAQ/0', ticks.slice(i, i + 7));
      await eventually('5000 ticks', () => viewer.ticks.length >= 5000);
      assert.deepEqual(
        viewer.seqs,
        ticks.map(({ seq }) => seq),
      );
      for (const { data } of viewer.publications) assert.ok(JSON.stringify(data).length <= 16_384);
    });

    test('offsets of a channel are consecutive', async () => {
      using viewer = await view();
      await publish(makeTicks('NASDAQ', 1), makeTicks('NASDAQ', 1), makeTicks('NASDAQ', 1));
      await eventually('three publications', () => viewer.publications.length === 3);
      const offsets = viewer.publications.map(({ offset }) => offset ?? 0);
      const [first = 0] = offsets;
      assert.deepEqual(offsets, [first, first + 1, first + 2]);
      assert.equal(viewer.subscribed[0]?.streamPosition?.offset, first - 1);
    });

    test('a viewer that was cut off gets what it missed, once', async () => {
      using viewer = await view();
      await publish(makeTicks('NASDAQ', 1));
      await eventually('the first tick', () => viewer.ticks.length === 1);
      viewer.client.disconnect();
      const missed = [makeTicks('NASDAQ', 1), makeTicks('NASDAQ', 2), makeTicks('NASDAQ', 1)];
      await publish(...missed);
      viewer.client.connect();
      await viewer.ready();
      await publish(makeTicks('NASDAQ', 1));
      await eventually('all ticks', () => viewer.ticks.length >= 6);
      const again = viewer.subscribed[1];
      assert.equal(again?.wasRecovering, true);
      assert.equal(again?.recovered, true);
      assert.deepEqual(
        viewer.seqs.slice(1, 5),
        missed.flat().map(({ seq }) => seq),
      );
      assert.equal(viewer.ticks.length, 6);
    });

    test('a viewer that missed nothing has recovered', async () => {
      using viewer = await view();
      viewer.client.disconnect();
      viewer.client.connect();
      await viewer.ready();
      assert.equal(viewer.subscribed[1]?.recovered, true);
      assert.equal(viewer.ticks.length, 0);
    });

    test(`a viewer that missed ${RECOVERED} publications gets them all`, async () => {
      using viewer = await view();
      viewer.client.disconnect();
      const missed = Array.from({ length: RECOVERED }, () => makeTicks('NASDAQ', 1));
      await publish(...missed);
      viewer.client.connect();
      await viewer.ready();
      assert.equal(viewer.subscribed[1]?.recovered, true);
      await eventually('what was missed', () => viewer.ticks.length >= RECOVERED);
      assert.deepEqual(
        viewer.seqs,
        missed.flat().map(({ seq }) => seq),
      );
    });

    for (const missed of [RECOVERED + 1, 600]) {
      test(`a viewer that missed ${missed} publications is told so at once, and goes on from now`, async () => {
        using viewer = await view();
        viewer.client.disconnect();
        for (let i = 0; i < missed; i++) await publish(makeTicks('NASDAQ', 1));
        viewer.client.connect();
        await viewer.ready();
        assert.equal(viewer.subscribed[1]?.wasRecovering, true);
        assert.equal(viewer.subscribed[1]?.recovered, false);
        const now = makeTicks('NASDAQ', 1);
        await publish(now);
        await eventually('the newest tick', () => viewer.ticks.length > 0);
        assert.deepEqual(viewer.seqs, [now[0]?.seq]);
      });
    }

    test('an unsubscribed viewer gets nothing more', async () => {
      using leaving = await view();
      using staying = await view();
      leaving.subscription.unsubscribe();
      await leaving.client.presence('NASDAQ').catch(() => {});
      await publish(makeTicks('NASDAQ', 1));
      await eventually('the tick', () => staying.ticks.length === 1);
      assert.equal(leaving.ticks.length, 0);
    });

    test('nobody reads the history of a channel: it is for those who come back, the API has all of it', async () => {
      using viewer = await view();
      await publish(makeTicks('NASDAQ', 1));
      await assert.rejects(viewer.subscription.history({ limit: 1 }), { code: 103 });
      await assert.rejects(viewer.client.history('NYSE', { limit: 1 }), { code: 103 });
    });

    test('nobody can publish', async () => {
      using viewer = await view();
      await assert.rejects(viewer.client.publish('NASDAQ', { ticks: [] }), { code: 103 });
      await assert.rejects(viewer.client.publish('nowhere:X', { ticks: [] }), { code: 102 });
      assert.equal(viewer.publications.length, 0);
    });

    for (const [channel, code] of [
      ['LSE', 107],
      ['nasdaq', 107],
      ['$NYSE', 107],
      ['nowhere:X', 102],
    ] as const) {
      test(`the unknown channel ${channel} is refused for good with ${code}`, async () => {
        using viewer = new Viewer(fixture.websocketUrl, channel);
        await eventually('the refusal', () => viewer.errors.length > 0);
        assert.equal(viewer.errors[0]?.code, code);
        assert.equal(viewer.subscription.state, 'unsubscribed');
      });
    }

    test('methods that are not offered are refused, and the connection goes on', async () => {
      using viewer = await view();
      await assert.rejects(viewer.client.presence('NASDAQ'), { code: 108 });
      await assert.rejects(viewer.client.presenceStats('NASDAQ'), { code: 108 });
      await assert.rejects(viewer.client.rpc('any', {}), { code: 108 });
      await publish(makeTicks('NASDAQ', 1));
      await eventually('a tick', () => viewer.ticks.length === 1);
    });

    test('the counts of the publisher balance', async () => {
      await publish(makeTicks('NYSE', 3));
      const { live, accepted, sent, conflated, dropped, waiting } = fixture.publisher.status();
      assert.equal(live.state, 'up');
      assert.equal(accepted, sent + conflated + dropped + waiting);
      assert.equal(waiting, 0);
    });

    testProtocol(() => fixture);
    testConnectSubs(() => fixture);
    testAlerts(() => fixture);
    testBoards(() => fixture);
  });
}
