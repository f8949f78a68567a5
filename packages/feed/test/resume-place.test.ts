import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import { FINGERPRINT_MESSAGES, Fingerprint } from '@tickwatch/feed';
import { findResumePlace, type PlacedMessage } from '../src/resume-place.ts';

/** Messages received a second apart, from second `first` on; their position is their index. */
function heard(texts: readonly string[], first = 0): PlacedMessage[] {
  return texts.map((text, position) => ({
    position: String(position),
    message: { payload: Buffer.from(text), receivedAt: ((first + position) * 1_000_000) as EpochMicros },
  }));
}

/** What a subscriber committed that heard these messages last. */
function committed(texts: readonly string[], second: number) {
  const fingerprint = new Fingerprint();
  for (const text of texts) fingerprint.add(Buffer.from(text));
  const receivedAt = (second * 1_000_000) as EpochMicros;
  return { lane: 'NASDAQ/0', logId: 'other', position: '1', fingerprint: fingerprint.text(), receivedAt };
}

async function find(...question: Parameters<typeof findResumePlace>) {
  const { after, by } = await findResumePlace(...question);
  return { after, by };
}

async function* chunks(messages: readonly PlacedMessage[]): AsyncIterable<readonly PlacedMessage[]> {
  for (let i = 0; i < messages.length; i += 7) yield messages.slice(i, i + 7);
}

const ticks = Array.from({ length: 200 }, (_, i) => `AAPL:${i % 50}.${i}`);

describe('the place of another log', () => {
  it('lies behind the messages that equal its last ones', async () => {
    const place = await find(committed(ticks.slice(0, 120), 119), chunks(heard(ticks)));
    assert.deepEqual(place, { after: '119', by: 'fingerprint' });
  });

  it('is found though this log began in the middle of those messages', async () => {
    const place = await find(committed(ticks.slice(0, 103), 102), chunks(heard(ticks.slice(100), 100)));
    assert.deepEqual(place, { after: '2', by: 'fingerprint' });
  });

  it('is found though the other log had heard only a few messages', async () => {
    const place = await find(committed(ticks.slice(0, 2), 1), chunks(heard(ticks)));
    assert.deepEqual(place, { after: '1', by: 'fingerprint' });
  });

  it('is the one closest in time when the same messages came more than once', async () => {
    const repeated = [...ticks.slice(0, 40), ...ticks.slice(0, 40), ...ticks.slice(0, 40)];
    const place = await find(committed(ticks.slice(0, 40), 81), chunks(heard(repeated)));
    assert.deepEqual(place, { after: '79', by: 'fingerprint' });
  });

  it('is the one closest in time when all messages are the same', async () => {
    const same = Array.from({ length: 100 }, () => 'TSLA:1');
    const place = await find(committed(same.slice(0, 60), 59.4), chunks(heard(same)));
    assert.deepEqual(place, { after: '59', by: 'fingerprint' });
  });

  it('lies behind what was received until then when nothing equals', async () => {
    const place = await find(committed(['other', 'messages'], 50.5), chunks(heard(ticks)));
    assert.deepEqual(place, { after: '50', by: 'time' });
  });

  it('lies before everything when all of this log is newer', async () => {
    const place = await find(committed(['other'], 10), chunks(heard(ticks, 20)));
    assert.deepEqual(place, { after: undefined, by: 'time' });
  });
});

describe('a fingerprint', () => {
  it('goes on from its text as if it had never been written', () => {
    const whole = new Fingerprint();
    whole.addAll(heard(ticks).map(({ message }) => message));
    const first = new Fingerprint();
    for (const { message } of heard(ticks.slice(0, 77))) first.add(message.payload);
    const second = Fingerprint.parse(first.text());
    for (const { message } of heard(ticks.slice(77))) second.add(message.payload);
    assert.equal(second.text(), whole.text());
  });

  it('depends on the last messages alone', () => {
    const last = ticks.slice(-FINGERPRINT_MESSAGES);
    assert.equal(committed(last, 0).fingerprint, committed(ticks, 0).fingerprint);
    assert.notEqual(committed(ticks.slice(0, -1), 0).fingerprint, committed(ticks, 0).fingerprint);
  });

  it('is empty before the first message and after text that is no fingerprint', () => {
    assert.equal(new Fingerprint().text(), '');
    assert.equal(Fingerprint.parse('x'.repeat(1000)).text(), '');
  });
});
