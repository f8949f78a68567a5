import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fingerprint } from '@tickwatch/feed';
import { until } from '../../servers/index.ts';
import { allMessages, collect, pointAfter, texts } from './feed-helpers.ts';
import { setUp } from './redis-set-up.ts';

describe('Pub/Sub', { timeout: 120_000 }, () => {
  it('counts what no one heard', async () => {
    await using setup = await setUp('pubsub');
    await setup.publish('NASDAQ', 'AAPL:1');
    assert.deepEqual(await setup.sink.publish('NASDAQ', ['AAPL:2', 'AAPL:3']), { unheard: 2 });
    await setup.openFeed();
    assert.deepEqual(await setup.sink.publish('NASDAQ', ['AAPL:4', 'AAPL:5']), { unheard: 0 });
  });

  it('lets a standby go on exactly where the one before it stopped', async () => {
    await using setup = await setUp('pubsub');
    const owner = await setup.openFeed('owner');
    const standby = await setup.openFeed('standby');
    const sent = Array.from({ length: 100 }, (_, i) => `AAPL:${i % 10}.${i}`);
    for (const message of sent.slice(0, 60)) await setup.publish('NASDAQ', message);
    const read = await collect(owner, [], 40);
    const stored = texts(read, 'NASDAQ');
    const fingerprint = new Fingerprint();
    fingerprint.addAll(allMessages(read, 'NASDAQ'));
    const point = { ...pointAfter(owner, read, 'NASDAQ'), fingerprint: fingerprint.text() };
    await owner[Symbol.asyncDispose]();
    for (const message of sent.slice(60)) await setup.publish('NASDAQ', message);
    await standby.committed([point]);
    const rest = await collect(standby, [point], sent.length - stored.length);
    assert.deepEqual([...stored, ...texts(rest, 'NASDAQ')], sent);
    assert.deepEqual(
      setup.events.flatMap((event) => (event.type === 'resume_by_fingerprint' ? [event.exchange] : [])),
      ['NASDAQ'],
    );
  });

  it('lets a standby forget what the owner committed long before, and nothing else', async () => {
    await using setup = await setUp('pubsub');
    const standby = await setup.openFeed('standby');
    await setup.publish('NASDAQ', 'AAPL:1', 'AAPL:2');
    await until(() => standby.status().log.messages === 2);
    const [batch] = await standby.replay('NASDAQ', '', 2);
    const last = batch?.messages.at(-1);
    assert.ok(last !== undefined);
    const at = (micros: number) => ({
      exchange: 'NASDAQ',
      logId: 'owner',
      position: '1',
      fingerprint: '',
      receivedAt: micros as typeof last.receivedAt,
    });
    await standby.committed([at(last.receivedAt)]);
    assert.equal(standby.status().log.messages, 2);
    await standby.committed([at(last.receivedAt + 61_000_000)]);
    assert.equal(standby.status().log.messages, 0);
  });
});
