import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleOf, type RejectedText, type RejectionNotice, RejectionNotices } from '../src/rejection-notices.ts';

function rejected(text: string, reason: RejectedText['reason'] = 'bad_form'): RejectedText {
  return { reason, detail: `about ${text}`, payload: Buffer.from(text) };
}

describe('notices of what is no tick', () => {
  it('tell the first at once, and what follows together, for each exchange by itself', async () => {
    const told: RejectionNotice[] = [];
    const notices = new RejectionNotices((notice) => told.push(notice), 30);
    notices.add('NYSE', [rejected('a')]);
    notices.add('NYSE', [rejected('b'), rejected('c', 'bad_price')]);
    notices.add('NASDAQ', [rejected('d')]);
    notices.add('NYSE', []);
    assert.deepEqual(
      told.map(({ exchange, count }) => [exchange, count]),
      [
        ['NYSE', 1],
        ['NASDAQ', 1],
      ],
    );
    for (const deadline = Date.now() + 60_000; told.length < 3 && Date.now() < deadline; ) await sleep(5);
    assert.deepEqual(told[2], {
      exchange: 'NYSE',
      count: 2,
      reasons: { bad_form: 1, bad_price: 1 },
      reason: 'bad_price',
      detail: 'about c',
      example: '"c"',
    });
    notices.add('NYSE', [rejected('e')]);
    notices[Symbol.dispose]();
    assert.equal(
      told.reduce((sum, { count }) => sum + count, 0),
      5,
      'each is told once, the last at the end',
    );
  });

  it('show how a message begins, quoted, whatever its bytes are', () => {
    assert.equal(exampleOf(Buffer.from('a "b"\n')), '"a \\"b\\"\\n"');
    assert.equal(exampleOf(Buffer.from([0xff, 0x41])), '"\ufffdA"');
    assert.equal(exampleOf(Buffer.from('é'.repeat(5000))), `"${'é'.repeat(200)}…"`);
    assert.equal(exampleOf(Buffer.from('😀'.repeat(201))), `"${'😀'.repeat(200)}…"`);
  });
});
