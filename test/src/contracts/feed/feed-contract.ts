import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nowMicros } from '@tickwatch/core';
import { type Feed, Fingerprint, MAX_ENTRY_BYTES, MAX_ENTRY_MESSAGES, type TickSink } from '@tickwatch/feed';
import { collect, endOf, messagesOf, NASDAQ, NYSE, pointAfter, texts } from './feed-helpers.ts';

/** A source with nothing in it, for one test. */
export interface FeedHarness extends AsyncDisposable {
  /** A started feed of NASDAQ and NYSE that listens, with one lane each. */
  openFeed(): Promise<Feed>;
  readonly sink: TickSink;
  /** Sends bytes that need not be text. */
  publishBytes(exchange: string, payload: Uint8Array): Promise<void>;
}

/** What every feed promises of its log, whatever its source. */
export function feedContract(name: string, openHarness: () => Promise<FeedHarness>): void {
  describe(`${name} and its log`, () => {
    let harness: FeedHarness;
    let feed: Feed;

    const withFeed = (title: string, test: () => Promise<void>): void => {
      it(title, { timeout: 60_000 }, async () => {
        harness = await openHarness();
        feed = await harness.openFeed();
        try {
          await test();
        } finally {
          await feed.source[Symbol.asyncDispose]();
          await feed.log[Symbol.asyncDispose]();
          await harness[Symbol.asyncDispose]();
        }
      });
    };

    withFeed('give every message of an exchange once, in order, byte for byte', async () => {
      const sent = ['AAPL:220.40', '', ' é€😀 ', 'x'.repeat(3000), 'line\r\nbreak\u0000nul', 'AAPL:220.40'];
      const start = nowMicros();
      await harness.sink.publish('NASDAQ', sent);
      await harness.sink.publish('NYSE', ['TSLA:1']);
      await harness.publishBytes('NASDAQ', Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a]));
      const messages = messagesOf(await collect(feed, NASDAQ, feed.log.start, sent.length + 1));
      assert.deepEqual(
        messages.slice(0, -1).map(({ payload }) => Buffer.from(payload).toString()),
        sent,
      );
      assert.deepEqual([...(messages.at(-1)?.payload ?? [])], [0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a]);
      for (const { receivedAt } of messages) {
        assert.ok(receivedAt > start - 2_000_000 && receivedAt < nowMicros() + 2_000_000);
      }
      assert.deepEqual(texts(await collect(feed, NYSE, feed.log.start, 1)), ['TSLA:1']);
    });

    withFeed('go on behind any place without a hole and without a repeat, with the same times', async () => {
      const sent = Array.from({ length: 50 }, (_, i) => `AAPL:${i + 1}`);
      for (const message of sent) await harness.sink.publish('NASDAQ', [message]);
      const all = await collect(feed, NASDAQ, feed.log.start, sent.length);
      assert.deepEqual(texts(all), sent);
      assert.equal(await feed.log.read(NASDAQ, endOf(all), 12), undefined);
      assert.equal(await feed.log.end(NASDAQ), endOf(all));
      const first = await feed.log.read(NASDAQ, feed.log.start, 7);
      assert.ok(first !== undefined && first.messages.length <= 7);
      const rest = await collect(feed, NASDAQ, first.position, sent.length - first.messages.length);
      assert.deepEqual([...first.messages, ...messagesOf(rest)], messagesOf(all));
      for (const { position } of rest) assert.ok(feed.log.compare(first.position, position) < 0);
    });

    withFeed('end a read at the place that it is given', async () => {
      const sent = Array.from({ length: 20 }, (_, i) => `AAPL:${i + 1}`);
      await harness.sink.publish('NASDAQ', sent);
      await collect(feed, NASDAQ, feed.log.start, sent.length);
      const part = await feed.log.read(NASDAQ, feed.log.start, 5);
      const again = await feed.log.read(NASDAQ, feed.log.start, 20, part?.position);
      assert.deepEqual(again, part);
      assert.equal(await feed.log.read(NASDAQ, part?.position ?? '', 20, part?.position), undefined);
    });

    withFeed('keep what is not committed when they forget what is', async () => {
      await harness.sink.publish('NASDAQ', ['AAPL:1', 'AAPL:2']);
      const first = await collect(feed, NASDAQ, feed.log.start, 2);
      await harness.sink.publish('NASDAQ', ['AAPL:3']);
      const point = pointAfter(feed, NASDAQ, first);
      await feed.log.committed([point]);
      const place = await feed.log.place(point, NASDAQ);
      assert.deepEqual(place, { after: endOf(first), by: 'own' });
      assert.deepEqual(texts(await collect(feed, NASDAQ, place.after, 1)), ['AAPL:3']);
    });

    withFeed('find the place of another log by its last messages', async () => {
      const sent = Array.from({ length: 100 }, (_, i) => `AAPL:${i % 7}.${i}`);
      for (const message of sent) await harness.sink.publish('NASDAQ', [message]);
      const messages = messagesOf(await collect(feed, NASDAQ, feed.log.start, sent.length));
      const fingerprint = new Fingerprint();
      fingerprint.addAll(messages.slice(0, 60));
      const point = {
        lane: NASDAQ,
        logId: 'another',
        position: '12345',
        fingerprint: fingerprint.text(),
        receivedAt: messages[70]?.receivedAt ?? nowMicros(),
      };
      const { after, by } = await feed.log.place(point, NASDAQ);
      assert.equal(by, 'fingerprint');
      assert.deepEqual(texts(await collect(feed, NASDAQ, after, 40)), sent.slice(60));
      const late = { ...point, fingerprint: '', receivedAt: (nowMicros() + 5_000_000) as typeof point.receivedAt };
      const byTime = await feed.log.place(late, NASDAQ);
      assert.equal(byTime.by, 'time');
      assert.equal(await feed.log.read(NASDAQ, byTime.after, 100), undefined, 'all of it is older');
    });

    withFeed('give a flood in bounded entries', async () => {
      const sent = Array.from({ length: 20_000 }, (_, i) => `AAPL:(${i + 1}, 1757494917.021389)`);
      await harness.sink.publish('NASDAQ', sent);
      const entries = await collect(feed, NASDAQ, feed.log.start, sent.length);
      assert.deepEqual(texts(entries), sent);
      assert.ok(entries.every(({ messages }) => messages.length > 0 && messages.length <= MAX_ENTRY_MESSAGES));
      if (feed.kind === 'push') return;
      const sizes = entries.map(({ messages }) => messages.reduce((sum, { payload }) => sum + payload.length, 0));
      assert.ok(sizes.every((size) => size <= MAX_ENTRY_BYTES));
    });
  });
}
