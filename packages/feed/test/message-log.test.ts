import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EpochMicros, nowMicros } from '@tickwatch/core';
import type { FeedEvent } from '@tickwatch/feed';
import { type LogEntry, lastPosition } from '../src/log-entry.ts';
import { MemoryStore } from '../src/memory-store.ts';
import { MessageLog, type MessageLogOptions } from '../src/message-log.ts';
import { eventually } from './support/eventually.ts';

/** A store on a disk that fails when told to. */
class FailingStore extends MemoryStore {
  isFailing = false;

  override async append(entries: readonly LogEntry[]): Promise<void> {
    if (this.isFailing) throw new Error('ENOSPC: no space left on device');
    await super.append(entries);
  }
}

const OPTIONS: MessageLogOptions = { groupCommitMs: 1, maxBytes: 1_000_000, maxTailBytes: 1_000_000 };

function setUp(options: Partial<MessageLogOptions> = {}) {
  const events: FeedEvent[] = [];
  const store = new FailingStore();
  const log = new MessageLog(['NASDAQ'], store, { ...OPTIONS, ...options }, (event) => events.push(event));
  const publish = (...texts: readonly string[]): number => {
    const receivedAt = nowMicros();
    log.append(
      'NASDAQ',
      texts.map((text) => ({ payload: Buffer.from(text), receivedAt })),
    );
    return log.end('NASDAQ');
  };
  const readAll = (after = 0): string[] => {
    const texts: string[] = [];
    let position = after;
    for (let entry = log.after('NASDAQ', position); entry !== undefined; entry = log.after('NASDAQ', position)) {
      texts.push(...entry.messages.map(({ payload }) => Buffer.from(payload).toString()));
      position = lastPosition(entry);
    }
    return texts;
  };
  return { log, store, events, publish, readAll };
}

describe('a message log', () => {
  it('says that messages are kept only when the store has them', async () => {
    const { log, publish, store } = setUp();
    store.isFailing = true;
    const position = publish('1', '2');
    assert.equal(log.isKept('NASDAQ', position), false);
    await eventually(() => log.problem, 'the problem shows');
    assert.match(log.problem ?? '', /no space left/);
    store.isFailing = false;
    await eventually(() => log.isKept('NASDAQ', position), 'kept by itself when there is room');
    assert.equal(log.problem, undefined);
    await log.close();
  });

  it('tells of a problem once when it begins and once when it ends', async () => {
    const { log, publish, store, events } = setUp();
    store.isFailing = true;
    publish('1');
    await eventually(() => log.problem, 'the problem shows');
    publish('2');
    await new Promise((resolve) => setTimeout(resolve, 600));
    store.isFailing = false;
    await eventually(() => log.problem === undefined, 'it ends');
    assert.deepEqual(
      events.map((event) => event.type),
      ['spool_problem', 'spool_recovered'],
    );
    await log.close();
  });

  it('gives what the store could not take to its reader at once, in order', async () => {
    const { log, publish, store, readAll } = setUp();
    publish('1');
    store.isFailing = true;
    publish('2');
    publish('3');
    assert.deepEqual(readAll(), ['1', '2', '3']);
    await log.close();
  });

  it('is full at its limit, and takes messages again when the committed ones are removed', async () => {
    const { log, publish } = setUp({ maxBytes: 10 });
    const first = publish('12345', '67890');
    await eventually(() => log.isKept('NASDAQ', first), 'the first are kept');
    const second = publish('abcde');
    await eventually(() => log.problem, 'it is full');
    assert.match(log.problem ?? '', /full/);
    assert.equal(log.isKept('NASDAQ', second), false);
    await log.trim('NASDAQ', first);
    await eventually(() => log.isKept('NASDAQ', second), 'there is room again');
    assert.equal(log.problem, undefined);
    await log.close();
  });

  it('needs no room for what is committed before it was stored', async () => {
    const { log, publish, store } = setUp();
    store.isFailing = true;
    const first = publish('1');
    const second = publish('2');
    await eventually(() => log.problem, 'the problem shows');
    await log.trim('NASDAQ', first);
    assert.ok(log.isKept('NASDAQ', first));
    assert.equal(log.isKept('NASDAQ', second), false);
    await log.trim('NASDAQ', second);
    await eventually(() => log.problem === undefined, 'nothing waits for the store any more');
    assert.equal(store.totals.messages, 0);
    await log.close();
  });

  it('keeps memory bounded while nothing can be stored: a reader still gets all, the log has a hole', async () => {
    const { log, publish, store, events } = setUp({ maxTailBytes: 2000 });
    store.isFailing = true;
    let cursor = log.end('NASDAQ');
    log.attachReader(new Map([['NASDAQ', cursor]]), () => {});
    const seen: string[] = [];
    for (let i = 0; i < 100; i++) {
      publish(String(i));
      for (let entry = log.after('NASDAQ', cursor); entry !== undefined; entry = log.after('NASDAQ', cursor)) {
        seen.push(...entry.messages.map(({ payload }) => String(payload)));
        cursor = lastPosition(entry);
        log.markRead('NASDAQ', cursor);
      }
    }
    assert.equal(seen.length, 100);
    assert.equal(log.refused, 0);
    store.isFailing = false;
    await eventually(() => log.problem === undefined && log.totals.messages > 0, 'the disk is back');
    const after = publish('after');
    await eventually(() => log.totals.messages > 1, 'stored');
    assert.equal(log.isKept('NASDAQ', after), false, 'not everything up to here is kept: there is a hole');
    await log.trim('NASDAQ', after - 1);
    await eventually(() => log.isKept('NASDAQ', after), 'the hole lies behind what is committed');
    assert.deepEqual(
      events.filter((event) => event.type === 'messages_refused'),
      [],
    );
    await log.close();
  });

  it('refuses and counts the newest when neither store nor reader takes them', async () => {
    const { log, publish, store, events, readAll } = setUp({ maxTailBytes: 2000 });
    store.isFailing = true;
    for (let i = 0; i < 100; i++) publish(String(i));
    assert.ok(log.refused > 0 && log.refused < 100);
    const refused = events.flatMap((event) => (event.type === 'messages_refused' ? [event.count] : []));
    assert.equal(
      refused.reduce((sum, count) => sum + count, 0),
      log.refused,
    );
    const held = readAll();
    assert.deepEqual(
      held,
      Array.from({ length: 100 - log.refused }, (_, i) => String(i)),
    );
    await log.close();
  });

  it('lets a reader that fell behind go on from the store', async () => {
    const { log, publish, store } = setUp({ maxTailBytes: 4000 });
    log.attachReader(new Map([['NASDAQ', log.end('NASDAQ')]]), () => {});
    let cursor = log.end('NASDAQ');
    for (let i = 0; i < 200; i++) {
      publish(`message ${i}`);
      if (i % 10 === 9) await eventually(() => store.totals.messages === i + 1, 'stored');
    }
    const seen: string[] = [];
    for (let entry = log.after('NASDAQ', cursor); entry !== undefined; entry = log.after('NASDAQ', cursor)) {
      seen.push(...entry.messages.map(({ payload }) => String(payload)));
      cursor = lastPosition(entry);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 200 }, (_, i) => `message ${i}`),
    );
    assert.equal(log.refused, 0);
    await log.close();
  });

  it('gives positions behind every one it ever stored, also when the clock was set back', async () => {
    class FutureStore extends MemoryStore {
      override highest(): number {
        return (nowMicros() + 3_600_000_000) as EpochMicros;
      }
    }
    const store = new FutureStore();
    const log = new MessageLog(['NASDAQ'], store, OPTIONS, () => {});
    const before = log.end('NASDAQ');
    assert.ok(before >= nowMicros());
    await log.close();
  });
});
