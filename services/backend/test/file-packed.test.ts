import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { formatMicros } from '@tickwatch/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import yazl from 'yazl';
import { readColumns } from '../src/files/columns-option.ts';
import { dryStore } from '../src/files/dry-store.ts';
import { importFile } from '../src/files/import-file.ts';
import type { ImportOptions } from '../src/files/import-types.ts';

const HEADER = 'timestamp,stock_name,exchange_name,price\n';
const row = (stock: string): string => `2026-01-05T14:30:00Z,${stock},NYSE,2.50\n`;
const MICROS = 1_767_623_400_123_456n;

describe('a zip or a Parquet file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-packed-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const zip = async (files: Readonly<Record<string, string | Buffer>>): Promise<string> => {
    const path = join(folder, 'a.zip');
    const archive = new yazl.ZipFile();
    for (const [name, content] of Object.entries(files)) archive.addBuffer(Buffer.from(content), name);
    archive.end();
    await pipeline(archive.outputStream, createWriteStream(path));
    return path;
  };

  const load = async (path: string, options: Partial<ImportOptions> = {}) => {
    const report = await importFile(dryStore(), { path, ...options });
    return {
      report,
      ticks: report.texts.flatMap(({ ticks }) =>
        ticks.map(({ stock, exchange, price, time }) => `${stock} ${exchange} ${price} ${formatMicros(time)}`),
      ),
    };
  };

  it('is each file in it, whatever form it has', async () => {
    const path = await zip({
      'a.csv': HEADER + row('A'),
      'folder/b.csv.gz': gzipSync(HEADER + row('B')),
      '__MACOSX/a.csv': 'x',
      'c.ndjson': '{"timestamp":1767623400,"stock_name":"C","exchange_name":"NYSE","price":2.50}\n',
    });
    const { ticks, report } = await load(path);
    assert.deepEqual(
      ticks,
      ['A', 'B', 'C'].map((stock) => `${stock} NYSE 2.50 2026-01-05T14:30:00.000000Z`),
    );
    assert.deepEqual(
      report.texts.map(({ source }) => source),
      ['a.zip/a.csv', 'a.zip/folder/b.csv.gz', 'a.zip/c.ndjson'],
    );
  });

  it('that is a workbook, empty or cut is refused with what it is', async () => {
    await assert.rejects(load(await zip({ '[Content_Types].xml': '' })), /a\.zip: it is an Excel workbook/);
    await assert.rejects(load(await zip({ '.hidden': '' })), /the zip holds no file/);
    await writeFile(join(folder, 'cut.zip'), Buffer.from('504b030400000000', 'hex'));
    await assert.rejects(load(join(folder, 'cut.zip')), /cut\.zip: the zip can't be read/);
    await writeFile(join(folder, 'cut.parquet'), 'PAR1 and no more');
    await assert.rejects(load(join(folder, 'cut.parquet')), /cut\.parquet: the Parquet file can't be read/);
  });

  const parquet = async (...args: Parameters<typeof parquetWriteBuffer>): Promise<string> => {
    const path = join(folder, 'a.parquet');
    await writeFile(path, Buffer.from(parquetWriteBuffer(...args)));
    return path;
  };

  it('gives decimals digit for digit and times to the microsecond', async () => {
    const path = await parquet({
      schema: [
        { name: 'root', num_children: 4 },
        {
          name: 'timestamp',
          type: 'INT64',
          repetition_type: 'REQUIRED',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
        },
        { name: 'stock_name', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED', converted_type: 'UTF8' },
        { name: 'exchange_name', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL', converted_type: 'UTF8' },
        {
          name: 'price',
          type: 'INT64',
          repetition_type: 'REQUIRED',
          converted_type: 'DECIMAL',
          precision: 18,
          scale: 8,
        },
      ],
      columnData: [
        { name: 'timestamp', data: [MICROS, MICROS + 1n] },
        { name: 'stock_name', data: ['A', 'S&P 500'] },
        { name: 'exchange_name', data: ['NYSE', null] },
        { name: 'price', data: [123_456_789_012_345_678n, 1n] },
      ],
      rowGroupSize: 1,
    });
    assert.deepEqual((await load(path, { exchange: 'XNAS' })).ticks, [
      'A NYSE 1234567890.12345678 2026-01-05T14:30:00.123456Z',
      'S&P 500 XNAS 0.00000001 2026-01-05T14:30:00.123457Z',
    ]);
  });

  it('gives the shortest decimal of a float, and times of any unit', async () => {
    for (const [unit, value, isAdjustedToUTC] of [
      ['MILLIS', MICROS / 1000n, true],
      ['NANOS', MICROS * 1000n + 500n, true],
      ['NANOS', MICROS * 1000n - 18_000_000_000_000n, false],
    ] as const) {
      const path = await parquet({
        schema: [
          { name: 'root', num_children: 3 },
          {
            name: 'ts',
            type: 'INT64',
            repetition_type: 'OPTIONAL',
            logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit },
          },
          { name: 'single', type: 'FLOAT', repetition_type: 'REQUIRED' },
          { name: 'double', type: 'DOUBLE', repetition_type: 'REQUIRED' },
        ],
        columnData: [
          { name: 'ts', data: [value, null] },
          { name: 'single', data: [220.4, 1] },
          { name: 'double', data: [0.1, 1] },
        ],
      });
      const options = { stock: 'A', exchange: 'NYSE', timeZone: 'America/New_York' };
      const expected = { MILLIS: '123000', NANOS: isAdjustedToUTC ? '123457' : '123456' }[unit];
      for (const [column, price] of [
        ['single', '220.4'],
        ['double', '0.1'],
      ] as const) {
        const { ticks, report } = await load(path, {
          ...options,
          columns: readColumns(`timestamp=ts,price=${column}`),
        });
        assert.deepEqual(ticks, [`A NYSE ${price} 2026-01-05T14:30:00.${expected}Z`]);
        assert.match(report.examples[0]?.detail ?? '', /no time/);
      }
    }
  });
});
