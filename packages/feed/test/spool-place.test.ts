import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import { Fingerprint, type LogEntry, type Spool } from '@tickwatch/feed';
import { placeInSpool } from '../src/spool/spool-place.ts';

const LANE = 'NASDAQ/0';
const MESSAGES = 10;
const ENTRIES = 5000;
const SECOND = 1_000_000;

/** A spool with an entry of ten messages for each second; it counts how many are read. */
class CountedSpool {
  reads = 0;
  readonly start = '0';
  readonly id = (): string => 'own';

  entry(index: number): LogEntry {
    const receivedAt = (index * SECOND) as EpochMicros;
    const messages = Array.from({ length: MESSAGES }, (_, i) => ({ payload: payload(index, i), receivedAt }));
    return { lane: LANE, messages, position: String((index + 1) * MESSAGES) };
  }

  async read(_lane: string, after: string): Promise<LogEntry | undefined> {
    this.reads++;
    const index = Number(after) / MESSAGES;
    return index < ENTRIES ? this.entry(index) : undefined;
  }

  readonly blocks = Array.from({ length: ENTRIES }, (_, index) => ({
    last: (index + 1) * MESSAGES,
    receivedAt: index * SECOND,
  }));
}

function payload(index: number, i: number): Buffer {
  return Buffer.from(`A:(${index}.${i}, ${index})`);
}

/** What another subscriber committed last: up to this message of this second, by a clock that is so many seconds off. */
function point(second: number, last: number, off = 0) {
  const fingerprint = new Fingerprint();
  for (let index = second - 20; index <= second; index++) {
    for (let i = 0; i < MESSAGES && (index < second || i <= last); i++) fingerprint.add(payload(index, i));
  }
  const receivedAt = ((second + off) * SECOND) as EpochMicros;
  return { lane: LANE, logId: 'other', position: '1', fingerprint: fingerprint.text(), receivedAt };
}

async function placed(spool: CountedSpool, committed: ReturnType<typeof point>) {
  return await placeInSpool(spool as unknown as Spool, spool.blocks, committed, LANE, []);
}

describe('the place of another subscriber in a spool', () => {
  it('is found by reading what was received around its time, not all that the spool keeps', async () => {
    const spool = new CountedSpool();
    assert.deepEqual(await placed(spool, point(4000, 3)), { after: '40004', by: 'fingerprint' });
    assert.ok(spool.reads < 200, `${spool.reads} entries were read`);
  });

  it('is found, too, where the two clocks are far apart', async () => {
    const spool = new CountedSpool();
    assert.deepEqual(await placed(spool, point(4000, 3, -3000)), { after: '40004', by: 'fingerprint' });
  });

  it('lies by its time where nothing equals', async () => {
    const spool = new CountedSpool();
    const unknown = { ...point(4000, 3), fingerprint: new Fingerprint().text() };
    assert.deepEqual(await placed(spool, unknown), { after: '40010', by: 'time' });
  });
});
