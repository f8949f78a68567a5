import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nowMicros } from '@tickwatch/core';
import { Fingerprint, MAX_BATCH_MESSAGES, type TickFeed, type TickSink } from '@tickwatch/feed';
import { until } from '../../servers/until.ts';
import { allMessages, collect, pointAfter, texts } from './feed-helpers.ts';

/** A source with nothing in it, for one test. */
export interface FeedHarness extends AsyncDisposable {
  /** A started feed of NASDAQ and NYSE that listens; the same log every time. */
  openFeed(): Promise<TickFeed>;
  readonly sink: TickSink;
  /** Sends bytes that need not be text. */
  publishBytes(exchange: string, payload: Uint8Array): Promise<void>;
}

/** What every feed promises, whatever its source. */
export function feedContract(name: string, openHarness: () => Promise<FeedHarness>): void {
  describe(`${name} as a TickFeed`, () => {
    let harness: FeedHarness;
    let feed: TickFeed;

    const withFeed = (title: string, test: () => Promise<void>): void => {
      it(title, { timeout: 60_000 }, async () => {
        harness = await openHarness();
        feed = await harness.openFeed();
        try {
          await test();
        } finally {
          await feed[Symbol.asyncDispose]();
          await harness[Symbol.asyncDispose]();
        }
      });
    };

    withFeed('gives every message of an exchange once, in order, byte for byte', async () => {
      const sent = ['AAPL:220.40', '', ' é€😀 ', 'x'.repeat(3000), 'line\r\nbreak\u0000nul', 'AAPL:220.40'];
      const start = nowMicros();
      await harness.sink.publish('NASDAQ', sent);
      await harness.publishBytes('NASDAQ', Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a]));
      const batches = await collect(feed, [], sent.length + 1);
      const messages = allMessages(batches, 'NASDAQ');
      assert.deepEqual(
        messages.slice(0, -1).map(({ payload }) => Buffer.from(payload).toString()),
        sent,
      );
      assert.deepEqual([...(messages.at(-1)?.payload ?? [])], [0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a]);
      for (const { receivedAt } of messages) {
        assert.ok(receivedAt > start - 2_000_000 && receivedAt < nowMicros() + 2_000_000);
      }
    });

    withFeed('keeps exchanges apart and tells what it held from what comes new', async () => {
      await harness.sink.publish('NYSE', ['TSLA:1', 'TSLA:2']);
      await harness.sink.publish('NASDAQ', ['AAPL:1']);
      if (feed.durability !== 'log') await until(() => feed.status().log.messages === 3);
      const stop = new AbortController();
      const seen: [string, string, boolean][] = [];
      for await (const batch of feed.read([], stop.signal)) {
        for (const text of texts([batch], batch.exchange)) seen.push([batch.exchange, text, batch.replayed]);
        if (seen.length === 3) await harness.sink.publish('NYSE', ['TSLA:3']);
        if (seen.length === 4) stop.abort();
      }
      const of = (exchange: string): unknown => seen.filter(([name]) => name === exchange).map(([, ...rest]) => rest);
      assert.deepEqual(of('NYSE'), [
        ['TSLA:1', true],
        ['TSLA:2', true],
        ['TSLA:3', false],
      ]);
      assert.deepEqual(of('NASDAQ'), [['AAPL:1', true]]);
    });

    withFeed('goes on after a position without a hole and without a repeat', async () => {
      const sent = Array.from({ length: 50 }, (_, i) => `AAPL:${i + 1}`);
      for (const message of sent.slice(0, 25)) await harness.sink.publish('NASDAQ', [message]);
      const first = await collect(feed, [], 10);
      for (const message of sent.slice(25)) await harness.sink.publish('NASDAQ', [message]);
      const held = texts(first, 'NASDAQ');
      const rest = await collect(feed, [pointAfter(feed, first, 'NASDAQ')], sent.length - held.length);
      assert.deepEqual([...held, ...texts(rest, 'NASDAQ')], sent);
    });

    withFeed('gives messages again, with their times, by position and count', async () => {
      const sent = Array.from({ length: 30 }, (_, i) => `AAPL:${i + 1}`);
      for (const message of sent) await harness.sink.publish('NASDAQ', [message]);
      const batches = await collect(feed, [], sent.length);
      const all = allMessages(batches, 'NASDAQ');
      const [first] = batches;
      assert.ok(first !== undefined);
      await until(() => feed.isKept('NASDAQ', batches.at(-1)?.position ?? ''));
      const again = await feed.replay('NASDAQ', first.position, 12);
      const skipped = first.messages.length;
      assert.deepEqual(
        allMessages(again, 'NASDAQ').map(({ payload, receivedAt }) => [Buffer.from(payload).toString(), receivedAt]),
        all
          .slice(skipped, skipped + 12)
          .map(({ payload, receivedAt }) => [Buffer.from(payload).toString(), receivedAt]),
      );
      assert.ok(again.every((batch) => batch.replayed));
      assert.deepEqual(await feed.replay('NASDAQ', batches.at(-1)?.position ?? '', 12), []);
    });

    withFeed('keeps what is not committed when it forgets what is', async () => {
      await harness.sink.publish('NASDAQ', ['AAPL:1', 'AAPL:2']);
      const first = await collect(feed, [], 2);
      await harness.sink.publish('NASDAQ', ['AAPL:3']);
      const point = pointAfter(feed, first, 'NASDAQ');
      await until(() => feed.isKept('NASDAQ', point.position));
      await feed.committed([point]);
      assert.deepEqual(texts(await collect(feed, [point], 1), 'NASDAQ'), ['AAPL:3']);
      assert.deepEqual(texts(await feed.replay('NASDAQ', point.position, 100), 'NASDAQ'), ['AAPL:3']);
    });

    withFeed('finds the place of another log by its last messages', async () => {
      const sent = Array.from({ length: 100 }, (_, i) => `AAPL:${i % 7}.${i}`);
      for (const message of sent) await harness.sink.publish('NASDAQ', [message]);
      const messages = allMessages(await collect(feed, [], sent.length), 'NASDAQ');
      const fingerprint = new Fingerprint();
      fingerprint.addAll(messages.slice(0, 60));
      const point = {
        exchange: 'NASDAQ',
        logId: 'another',
        position: '12345',
        fingerprint: fingerprint.text(),
        receivedAt: messages[70]?.receivedAt ?? nowMicros(),
      };
      assert.deepEqual(texts(await collect(feed, [point], 40), 'NASDAQ'), sent.slice(60));
    });

    withFeed('ends when the signal aborts while it waits, and can be read again', async () => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 50);
      for await (const _ of feed.read([], stop.signal)) assert.fail('there is nothing to read');
      await harness.sink.publish('NYSE', ['TSLA:1']);
      assert.deepEqual(texts(await collect(feed, [], 1), 'NYSE'), ['TSLA:1']);
    });

    withFeed('refuses a second reader at the same time', async () => {
      const stop = new AbortController();
      const first = feed.read([], stop.signal)[Symbol.asyncIterator]();
      const waiting = first.next();
      await assert.rejects(async () => {
        for await (const _ of feed.read([], stop.signal)) assert.fail('a second reader');
      }, /one reader at a time/);
      stop.abort();
      assert.equal((await waiting).done, true);
    });

    withFeed('gives a flood in bounded batches to a slow consumer', async () => {
      const count = 20_000;
      const sent = Array.from({ length: count }, (_, i) => `AAPL:(${i + 1}, 1757494917.021389)`);
      const publishing = harness.sink.publish('NASDAQ', sent);
      const batches = await collect(feed, [], count, () => new Promise((resolve) => setTimeout(resolve, 5)));
      await publishing;
      assert.ok(batches.every(({ messages }) => messages.length > 0 && messages.length <= MAX_BATCH_MESSAGES));
      assert.deepEqual(texts(batches, 'NASDAQ'), sent);
    });
  });
}
