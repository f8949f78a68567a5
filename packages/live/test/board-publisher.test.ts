import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { BoardMessage } from '@tickwatch/core';
import { BoardPublisher } from '../src/board-publisher.ts';
import type { LiveEvent } from '../src/index.ts';
import { type Envelope, type LiveSender, type Outcome, SENT } from '../src/live-sender.ts';
import { eventually, ticksOf } from './live-ticks.ts';

const REFUSED: Outcome = { ok: false, retry: false, error: 'unknown channel' };

/** Notes what it is given, and answers as it is told. */
class NotingSender implements LiveSender {
  readonly sent: BoardMessage[] = [];
  batches = 0;
  answer: (envelope: Envelope) => Outcome | Promise<Outcome> = () => SENT;

  async send(envelopes: readonly Envelope[]): Promise<readonly Outcome[]> {
    this.batches++;
    for (const { data } of envelopes) this.sent.push(JSON.parse(data) as BoardMessage);
    return Promise.all(envelopes.map((envelope) => this.answer(envelope)));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function open(lanes = new Map([['NASDAQ', 4]])) {
  const sender = new NotingSender();
  const events: LiveEvent[] = [];
  const publisher = new BoardPublisher(sender, { lanes, onEvent: (event) => events.push(event) });
  return { sender, events, publisher };
}

describe('a publisher of boards', () => {
  test('tells a lone tick at once, and lanes that are due together in one batch', async () => {
    const { sender, publisher } = open();
    await using _ = publisher;
    for (let lane = 0; lane < 4; lane++) publisher.publish(`NASDAQ/${lane}`, ticksOf(`S${lane}`));
    await eventually('four messages', () => sender.sent.length === 4);
    assert.equal(sender.batches, 1);
  });

  test('a lane that was silent need not wait for the turn of another', async () => {
    const { sender, publisher } = open();
    await using _ = publisher;
    const begun = performance.now();
    publisher.publish('NASDAQ/0', ticksOf('A'));
    await eventually('the first', () => sender.sent.length === 1);
    publisher.publish('NASDAQ/0', ticksOf('A'));
    await new Promise(setImmediate);
    publisher.publish('NASDAQ/1', ticksOf('B'));
    await eventually('all', () => sender.sent.length === 3);
    assert.deepEqual(
      sender.sent.map(({ lane }) => lane),
      ['NASDAQ/0', 'NASDAQ/1', 'NASDAQ/0'],
    );
    // Begun before the first was sent: however late this is looked at, its lane's turn is over.
    assert.ok(performance.now() - begun >= 250);
  });

  test('is asked for nothing while there is nothing, and has one batch under way', async () => {
    const { sender, publisher } = open();
    await using _ = publisher;
    let release = (): void => {};
    sender.answer = () =>
      new Promise<Outcome>((resolve) => {
        release = () => resolve(SENT);
      });
    publisher.publish('NASDAQ/0', ticksOf('A'));
    await eventually('the first', () => sender.batches === 1);
    publisher.publish('NASDAQ/1', ticksOf('B'));
    await delay(50);
    assert.equal(sender.batches, 1);
    sender.answer = () => SENT;
    release();
    await eventually('the second', () => sender.batches === 2);
    await delay(300);
    assert.equal(sender.batches, 2);
  });

  test('says what is wrong with one lane while the others go on, and that it is over', async () => {
    const { sender, events, publisher } = open();
    await using _ = publisher;
    sender.answer = ({ data }) => (data.includes('"NASDAQ/1"') ? REFUSED : SENT);
    publisher.publish('NASDAQ/0', ticksOf('A'));
    publisher.publish('NASDAQ/1', ticksOf('B', 'B'));
    await eventually('down', () => publisher.state.state === 'down');
    assert.deepEqual(events, [{ type: 'failed', ticks: 2, error: 'unknown channel', attempt: 1 }]);
    sender.answer = () => SENT;
    await eventually('up', () => publisher.state.state === 'up');
    assert.equal(events.at(-1)?.type, 'recovered');
    const again = sender.sent.at(-1);
    assert.deepEqual([again?.lane, again?.ticks, again?.rows[0]], ['NASDAQ/1', 2, 'B']);
  });

  test('drains at once, though it is no lane’s turn; and not for ever', async () => {
    const { sender, publisher } = open();
    await using _ = publisher;
    publisher.publish('NASDAQ/0', ticksOf('A'));
    await eventually('the first', () => sender.sent.length === 1);
    publisher.publish('NASDAQ/0', ticksOf('B'));
    const drained = publisher.drain(5000);
    await new Promise(setImmediate);
    assert.equal(sender.sent.length, 2);
    await drained;
    sender.answer = () => REFUSED;
    publisher.publish('NASDAQ/0', ticksOf('C'));
    await assert.rejects(publisher.drain(300), /within 300 ms/);
  });
});
