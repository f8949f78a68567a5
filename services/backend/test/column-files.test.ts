import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type EpochMicros, formatMicros } from '@tickwatch/core';
import type { TickChunk } from '@tickwatch/store';
import { tableFromIPC } from 'apache-arrow';
import { ByteWriter } from 'hyparquet-writer';
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js';
import { writeTickColumns } from '../src/columns/column-writers.ts';
import { deltaPacked } from '../src/columns/delta-packed.ts';
import { priceKind } from '../src/columns/price-kind.ts';
import type { StockChunk } from '../src/columns/tick-batches.ts';
import { parquetText } from '../src/files/parquet-text.ts';
import { decimalOf, padded } from './column-digits.ts';
import { Random } from './random.ts';

interface Row {
  readonly stock: string;
  readonly exchange: string;
  readonly time: number;
  readonly price: string;
}

const START = 1_789_027_200_000_000;

describe('files of columns', () => {
  let folder: string;
  const random = new Random(11);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-columns-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('differences are packed as the library packs them, byte for byte, whatever the numbers are', () => {
    const byLibrary = (values: Float64Array): Uint8Array => {
      const writer = new ByteWriter();
      deltaBinaryPack(writer, BigInt64Array.from(values, BigInt), 'INT64');
      return writer.getBytes();
    };
    const spans = [0, 1, 2, 200, 70_000, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 50, 2 ** 52, 2 ** 53 - 1];
    for (const count of [0, 1, 2, 32, 33, 128, 129, 130, 1000]) {
      for (const span of spans) {
        const values = Float64Array.from({ length: count }, () =>
          random.integer(-Math.floor(span / 2), Math.floor(span / 2)),
        );
        assert.ok(Buffer.from(deltaPacked(values)).equals(byLibrary(values)), `${count} numbers within ${span}`);
      }
    }
  });

  const kinds = {
    narrow: ['220.4', '220.40', '0.01', '-37.63', '0', '99999999999.99'],
    wide: ['220.4', '-0.00000001', '123456789012345.678901', '0', '-99999999999999999999.5'],
    text: [
      '220.40',
      '220.4',
      '0.1234567890123456789012345678901234567891',
      '-1234567890123456789012345678901234567890.5',
    ],
  } as const;

  for (const [name, prices] of Object.entries(kinds)) {
    it(`every tick is in the file, each digit and µs of it, where prices are ${name}`, async () => {
      const rows = randomRows(prices, 125_000);
      const kind = priceKind(prices, name === 'text' ? 'string' : 'number');
      assert.equal(kind.kind, name);
      const scale = kind.kind === 'text' ? undefined : kind.scale;
      const expected = rows.map((row) => ({
        ...row,
        price: scale === undefined ? row.price : padded(row.price, scale),
      }));
      const parquet = await bytesOf(writeTickColumns('parquet', chunked(rows), kind, 3));
      assert.deepEqual(await readParquet(parquet), expected);
      const arrow = await bytesOf(writeTickColumns('arrow', chunked(rows), kind, 3));
      assert.deepEqual(readArrow(arrow, scale), expected);
      const again = await bytesOf(writeTickColumns('parquet', chunked(rows, 999), kind, 3));
      assert.ok(again.equals(parquet), 'the bytes depend on how the ticks came');
    });
  }

  it('a file without ticks has its columns', async () => {
    const kind = priceKind([], 'number');
    const none = (): AsyncIterable<StockChunk> => chunked([]);
    assert.deepEqual(await readParquet(await bytesOf(writeTickColumns('parquet', none(), kind, 1))), []);
    const table = tableFromIPC(await bytesOf(writeTickColumns('arrow', none(), kind, 1)));
    assert.deepEqual(
      table.schema.fields.map(({ name }) => name),
      ['timestamp', 'stock_name', 'exchange_name', 'price'],
    );
  });

  it('a price that was not foreseen is an error, and not another price', async () => {
    for (const [foreseen, price] of [
      ['1.25', '1.125'],
      ['1.25', '99999999999999999'],
      ['123456789012345.678901', `1${'0'.repeat(33)}`],
    ] as const) {
      const row = { stock: 'A', exchange: 'X', time: START, price };
      const file = writeTickColumns('parquet', chunked([row]), priceKind([foreseen], 'number'), 1);
      await assert.rejects(bytesOf(file), { code: 'PRICE_SCALE' }, price);
    }
    assert.throws(() => priceKind(['0.000000000000000000000000000000000000001'], 'number'), {
      code: 'TOO_MANY_DIGITS',
    });
  });

  /** Of three stocks, one behind the other, on exchanges that change. */
  function randomRows(prices: readonly string[], count: number): readonly Row[] {
    let time = START;
    return Array.from({ length: count }, (_, i) => {
      if (i % 60_000 === 0) time = START + random.integer(0, 86_400_000_000);
      time += random.pick([0, 0, 1, 999, 100_000, 3_600_000_000]);
      const stock = random.next() < 0.999 ? 'A' : 'é "B", \u{1F4C8}';
      return { stock, exchange: random.pick(['NASDAQ', 'NYSE']), time, price: random.pick(prices) };
    });
  }

  async function readParquet(bytes: Buffer): Promise<readonly Row[]> {
    const path = join(folder, 'ticks.parquet');
    await writeFile(path, bytes);
    const text = (await bytesOf(parquetText(path, () => {}))).toString();
    const [header, ...lines] = text.trimEnd().split('\n');
    assert.equal(header, 'timestamp,stock_name,exchange_name,price');
    return lines.map((line) => {
      const [, time = '', stock = '', exchange = '', price = ''] =
        /^([^,]*),(".*"|[^,]*),([^,]*),([^,]*)$/.exec(line) ?? [];
      const name = stock.startsWith('"') ? stock.slice(1, -1).replaceAll('""', '"') : stock;
      return { stock: name, exchange, time: microsOf(time), price };
    });
  }

  function readArrow(bytes: Buffer, scale: number | undefined): readonly Row[] {
    const table = tableFromIPC(bytes);
    const column = (name: string) => {
      const found = table.getChild(name);
      assert.ok(found !== null, name);
      return found;
    };
    const times = column('timestamp').data.flatMap(({ values }) => Array.from(values as BigInt64Array, Number));
    const words = column('price').data.flatMap(({ values }) => Array.from(values as Uint32Array));
    return times.map((time, i) => ({
      stock: column('stock_name').get(i),
      exchange: column('exchange_name').get(i),
      time,
      price: scale === undefined ? column('price').get(i) : decimalOf(words.slice(4 * i, 4 * i + 4), scale),
    }));
  }
});

/** Chunks as they come: of one exchange or several, scaled or as texts. */
async function* chunked(rows: readonly Row[], size = 4096): AsyncGenerator<StockChunk> {
  for (let at = 0; at < rows.length; ) {
    const stock = rows[at]?.stock ?? '';
    let end = at + 1;
    while (end < rows.length && end - at < size && rows[end]?.stock === stock) end++;
    yield { stock, chunk: chunkOf(rows.slice(at, end)) };
    at = end;
  }
}

function chunkOf(rows: readonly Row[]): TickChunk {
  const [first] = rows;
  const decimals = rows.map(({ price }) => price.split('.')[1]?.length ?? 0);
  const scale = Math.max(...decimals);
  const mantissas = rows.map(({ price }) => Number(padded(price, scale).replace('.', '')));
  const isScaled = mantissas.every((mantissa) => Math.abs(mantissa) < 2 ** 52);
  return {
    count: rows.length,
    times: Float64Array.from(rows, ({ time }) => time),
    prices: isScaled
      ? { kind: 'scaled', mantissas: Float64Array.from(mantissas), scale, written: Uint8Array.from(decimals) }
      : { kind: 'texts', texts: rows.map(({ price }) => price) },
    exchange: rows.every(({ exchange }) => exchange === first?.exchange)
      ? (first?.exchange ?? '')
      : rows.map(({ exchange }) => exchange),
  };
}

function microsOf(text: string): number {
  const micros = Date.parse(`${text.slice(0, 19)}Z`) * 1000 + Number(text.slice(20, 26));
  assert.equal(formatMicros(micros as EpochMicros), text);
  return micros;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
