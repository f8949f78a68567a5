import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { formatMicros, TimeZone } from '@tickwatch/core';
import { type TickCase, tickCases, timeCases } from '../../../test/cases/cases.ts';
import { dryStore } from '../src/files/dry-store.ts';
import { FileError } from '../src/files/file-error.ts';
import { importFile } from '../src/files/import-file.ts';
import type { ImportOptions, ImportReport } from '../src/files/import-types.ts';

/** Collects what a file would store, and the reasons in order. */
async function read(path: string, options: Partial<ImportOptions>) {
  const ticks: string[] = [];
  const reasons: string[] = [];
  const store: Parameters<typeof importFile>[0] = {
    ...dryStore(),
    importTicks: async (portion) => {
      for (const { stock, price, time } of portion.ticks) ticks.push(`${stock} ${price} ${formatMicros(time)}`);
      for (const { reason } of portion.rejected) reasons.push(reason);
      return { stored: portion.ticks.length, refusedByDatabase: 0 };
    },
  };
  let report: ImportReport | undefined;
  let error: unknown;
  try {
    report = await importFile(store, { path, ...options });
  } catch (thrown) {
    error = thrown;
  }
  return { ticks, reasons, report, error };
}

describe('the tables of cases hold for files, too', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-cases-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  for (const [i, one] of tickCases().entries()) {
    it(`${one.why}: ${JSON.stringify(one.message).slice(0, 80)}`, async () => {
      // Said to be messages, unless it is JSON over several lines, which a file shows by itself.
      const format = /^\s*[[{]/.test(one.message) ? undefined : 'messages';
      const path = await file(`tick-${i}.txt`, one.message === '' ? '' : `${one.message}\n`);
      const found = await read(path, { exchange: 'NASDAQ', format });
      if (found.error !== undefined) {
        // What holds nothing at all is no file of ticks.
        assert.ok(found.error instanceof FileError, String(found.error));
        assert.deepEqual(one.ticks ?? [], []);
        return;
      }
      if (one.message.trim().startsWith('[') && !isJson(one.message)) {
        // A channel refuses a message as a whole, a file has lost no element in front of the fault.
        assert.notEqual(found.reasons.length, 0);
        return;
      }
      assert.deepEqual(found.ticks, expectedTicks(one));
      // In a file a tick without a time is none: nobody knows when it was received.
      const timeless = (one.ticks ?? []).filter(({ timestamp }) => timestamp === undefined).map(() => 'bad_time');
      assert.deepEqual(found.reasons.toSorted(), [...(one.rejected ?? []), ...timeless].toSorted());
    });
  }

  for (const [i, { text, is, zone }] of timeCases().entries()) {
    it(`${JSON.stringify(text)}${zone === undefined ? '' : ` in ${zone}`} in a cell is ${is ?? 'no time'}`, async () => {
      const cell = `"${text.replaceAll('"', '""')}"`;
      const csv = await file(`time-${i}.csv`, `timestamp,stock_name,exchange_name,price\n${cell},T,NYSE,1\n`);
      const json = await file(
        `time-${i}.ndjson`,
        `${JSON.stringify({ timestamp: text, stock_name: 'T', price: 1 })}\n`,
      );
      if (zone !== undefined) assert.ok(new TimeZone(zone));
      const options = { timeZone: zone, exchange: 'NYSE', futureToleranceMs: 1e14 };
      for (const path of [csv, json]) {
        const found = await read(path, options);
        assert.deepEqual(found.ticks, is === null ? [] : [`T 1 ${is}`], path);
        assert.deepEqual(found.reasons, is === null ? ['bad_time'] : [], path);
      }
    });
  }
});

function expectedTicks({ ticks = [] }: TickCase): readonly string[] {
  return ticks.flatMap(({ stock_name, price, timestamp }) =>
    timestamp === undefined ? [] : [`${stock_name} ${price} ${timestamp}`],
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
