import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nowMicros } from '@tickwatch/core';
import type { SpoolConfig } from '@tickwatch/feed';
import { eventually } from './support/eventually.ts';
import {
  append,
  entryAfter,
  NASDAQ,
  NYSE,
  type OpenSpool,
  openSpool,
  pointAt,
  textsBehind,
} from './support/spool-kit.ts';
import { tempFolder } from './support/temp-folder.ts';

for (const where of ['in memory', 'on disk'] as const) {
  const withSpool = (title: string, options: Partial<SpoolConfig>, test: (spool: OpenSpool) => Promise<void>): void => {
    it(title, async () => {
      await using folder = await tempFolder();
      await using spool = await openSpool(where === 'in memory' ? undefined : folder.path, options);
      await test(spool);
    });
  };

  describe(`a spool ${where}`, () => {
    withSpool(
      'gives committed messages again to a database that went back, until the grace is over',
      { graceMs: 3000 },
      async (spool) => {
        const { log } = spool;
        const first = await append(spool, NASDAQ, '1', '2');
        const second = await append(spool, NASDAQ, '3');
        await log.committed([pointAt(spool, NASDAQ, second)]);
        assert.equal(log.status().messages, 0);
        assert.deepEqual(await log.place(pointAt(spool, NASDAQ, first), NASDAQ), { after: first, by: 'own' });
        assert.deepEqual(await textsBehind(spool, NASDAQ, first), ['3']);
        assert.equal(log.status().messages, 1, 'it waits again');
        await eventually(async () => (await textsBehind(spool, NASDAQ)).length === 1, 'what stays committed goes');
        assert.deepEqual(await textsBehind(spool, NASDAQ), ['3'], 'what is not committed any more stays');
        await log.committed([pointAt(spool, NASDAQ, second)]);
        await eventually(async () => (await log.lanes()).length === 0, 'everything is gone');
        assert.equal(await log.end(NASDAQ), second);
      },
    );

    withSpool(
      'takes room from what is committed, oldest first, and never from what is not',
      { maxBytes: 10 },
      async (spool) => {
        const { log, events } = spool;
        const first = await append(spool, NASDAQ, '12', '34');
        const second = await append(spool, NYSE, '56', '78');
        await log.committed([pointAt(spool, NASDAQ, first)]);
        assert.equal(log.room, 6);
        await append(spool, NYSE, 'abcdef');
        assert.deepEqual(await textsBehind(spool, NASDAQ), []);
        assert.deepEqual(await textsBehind(spool, NYSE), ['56', '78', 'abcdef']);
        await assert.rejects(append(spool, NASDAQ, 'x'), /^Error: the log is full: it may hold 10 bytes$/);
        await assert.rejects(append(spool, NASDAQ, 'x'), /full/);
        assert.match(log.status().problem ?? '', /full/);
        await log.committed([pointAt(spool, NYSE, second)]);
        await append(spool, NASDAQ, 'x');
        assert.equal(log.status().problem, undefined);
        assert.deepEqual(
          events.map(({ type }) => type),
          ['spool_problem', 'spool_recovered'],
          'told once',
        );
      },
    );

    withSpool('has no problem any more when what it could not take is committed', { maxBytes: 3 }, async (spool) => {
      await append(spool, NASDAQ, '123');
      const entry = entryAfter(Number(await spool.log.end(NASDAQ)), ['4']);
      await assert.rejects(spool.log.append([entry]));
      await spool.log.committed([pointAt(spool, NASDAQ, entry.position)]);
      assert.equal(spool.log.status().problem, undefined);
      assert.equal(await spool.log.end(NASDAQ), entry.position, 'no place is given twice');
    });

    withSpool('counts what lies behind a place, also inside an entry', {}, async ({ log }) => {
      await log.append([entryAfter(100, ['a', 'b', 'c']), { ...entryAfter(103, ['d', 'e']), ticks: 3, rejected: 1 }]);
      assert.deepEqual(log.count(NASDAQ, '0'), { messages: 5, ticks: 6, rejected: 1 });
      assert.deepEqual(log.count(NASDAQ, '101'), { messages: 4, ticks: 5, rejected: 1 });
      assert.deepEqual(log.count(NASDAQ, '103'), { messages: 2, ticks: 3, rejected: 1 });
      assert.deepEqual(log.count(NASDAQ, '105'), { messages: 0, ticks: 0, rejected: 0 });
      assert.deepEqual(log.count(NYSE, '0'), { messages: 0, ticks: 0, rejected: 0 });
    });

    withSpool(
      'keeps where numbers begin anew, and what is behind keeps its number when the front goes',
      { graceMs: 0 },
      async (spool) => {
        const { log } = spool;
        await log.append([
          entryAfter(100, ['a', 'b'], { seq: 1000 }),
          entryAfter(102, ['c']),
          entryAfter(103, ['d'], { seq: 2000 }),
        ]);
        const labels = [
          { after: '100', seq: 1000 },
          { after: '103', seq: 2000 },
        ];
        assert.deepEqual(log.labels(NASDAQ, '0'), labels);
        assert.deepEqual(log.labels(NASDAQ, '101'), labels.slice(1));
        await log.committed([pointAt(spool, NASDAQ, '102')]);
        await eventually(async () => (await textsBehind(spool, NASDAQ)).length === 2, 'the front is gone');
        assert.deepEqual(log.labels(NASDAQ, '0'), [{ after: '102', seq: 1002 }, labels[1]]);
        await log.relabel(NASDAQ, { after: '101', seq: 7 }, '103');
        assert.deepEqual(log.labels(NASDAQ, '0'), [{ after: '101', seq: 7 }, labels[1]]);
        await log.relabel(NASDAQ, { after: '101', seq: 8 }, '104');
        assert.deepEqual(log.labels(NASDAQ, '0'), [{ after: '101', seq: 8 }]);
      },
    );

    withSpool(
      'lets a follower forget what was received before the window, and tells lanes apart',
      { followerWindowMs: 1000 },
      async ({ log }) => {
        const at = nowMicros();
        const times = [at, at + 1_500_000, at + 4_000_000];
        await log.append(times.map((receivedAt, i) => entryAfter(100 + i, [`${i}`], { receivedAt })));
        await log.append([entryAfter(100, ['other'], { lane: NYSE, receivedAt: at })]);
        await log.trimBefore(NASDAQ, (at + 1_000_000) as typeof at);
        assert.equal(log.status().messages, 3);
        await log.trimBefore(NASDAQ, (at + 2_500_000) as typeof at);
        assert.equal(log.status().messages, 2);
      },
    );

    withSpool('believes a place of its own, and looks for that of another', {}, async (spool) => {
      const { log } = spool;
      const place = await append(spool, NASDAQ, '1', '2');
      const beyond = String(Number(place) + 5);
      assert.deepEqual(await log.place(pointAt(spool, NASDAQ, beyond), NASDAQ), { after: beyond, by: 'own' });
      assert.equal(await log.end(NASDAQ), beyond, 'what was committed before it was written is behind the end');
      const other = { ...pointAt(spool, NASDAQ, beyond), logId: 'other' };
      assert.deepEqual(await log.place(other, NASDAQ), { after: place, by: 'time' });
      assert.deepEqual(await log.place({ ...other, receivedAt: 1 as typeof other.receivedAt }, NASDAQ), {
        after: '0',
        by: 'time',
      });
      assert.deepEqual(await log.place({ ...other, receivedAt: 0 as typeof other.receivedAt }, NASDAQ), {
        after: '0',
        by: 'start',
      });
      assert.deepEqual(await log.place(undefined, NASDAQ), { after: '0', by: 'start' });
      assert.deepEqual(await textsBehind(spool, NASDAQ, '0'), ['1', '2']);
    });
  });
}
