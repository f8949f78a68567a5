import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { formatMicros, type SequencedTick } from '@tickwatch/core';
import { tableFromIPC } from 'apache-arrow';
import { writeMarketColumns } from '../src/columns/column-writers.ts';
import { PriceDigits } from '../src/columns/price-digits.ts';
import type { PriceKind } from '../src/columns/price-kind.ts';
import { parquetText } from '../src/files/parquet-text.ts';
import { decimalOf, padded } from './column-digits.ts';
import { marketChunk, randomMarket } from './fake-market.ts';
import { Random } from './random.ts';

const PRICES = {
  narrow: ['220.4', '220.40', '0.01', '-37.63', '0', '99999999999.99'],
  wide: ['220.4', '-0.00000001', '123456789012345.678901', '0', '-99999999999999999999.5'],
  text: ['220.40', '220.4', `0.${'1234567890'.repeat(4)}`, '-1234567890123456789012345678901234567890.5'],
} as const;

describe('files of columns of many stocks', () => {
  let folder: string;
  const random = new Random(181);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-market-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** As CSV, each digit. */
  const parquetRows = async (bytes: Uint8Array): Promise<string> => {
    const path = join(folder, 'ticks.parquet');
    await writeFile(path, bytes);
    return (await bytesOf(parquetText(path, () => {}))).toString();
  };

  for (const [name, prices] of Object.entries(PRICES)) {
    it(`each tick is there in its order with its names, its number or none and each digit, where prices are ${name}`, async () => {
      const ticks = randomMarket(random, 130_000, prices);
      const kind = kindOf(ticks, name === 'text' ? 'string' : 'number');
      assert.equal(kind.kind, name);
      const scale = kind.kind === 'text' ? undefined : kind.scale;
      const written = ticks.map((tick) => ({
        ...tick,
        price: scale === undefined ? tick.price : padded(tick.price, scale),
      }));
      const parquet = await bytesOf(writeMarketColumns('parquet', chunked(ticks, 4096), kind));
      assert.equal(await parquetRows(parquet), csvOf(written));
      const again = await bytesOf(writeMarketColumns('parquet', chunked(ticks, 999), kind));
      assert.ok(again.equals(parquet), 'the bytes depend on how the ticks came');

      const table = tableFromIPC(await bytesOf(writeMarketColumns('arrow', chunked(ticks, 999), kind)));
      assert.deepEqual(
        table.schema.fields.map(({ name, type, nullable }) => `${name} ${type}${nullable ? ' or null' : ''}`),
        [
          'timestamp Timestamp<MICROSECOND, UTC>',
          'stock_name Dictionary<Int32, Utf8>',
          'exchange_name Dictionary<Int16, Utf8>',
          scale === undefined ? 'price Utf8' : `price Decimal[${name === 'narrow' ? 18 : 38}e+${scale}]`,
          'seq Int64 or null',
        ],
      );
      const column = (of: string) => table.getChild(of) ?? assert.fail(of);
      const times = column('timestamp').data.flatMap(({ values }) => Array.from(values as BigInt64Array, Number));
      const words = column('price').data.flatMap(({ values }) => Array.from(values as Uint32Array));
      const texts = scale === undefined ? [...column('price')] : [];
      const [stocks, exchanges, seqs] = ['stock_name', 'exchange_name', 'seq'].map((of) => [...column(of)]);
      const read = times.map((time, i) => ({
        stock: stocks?.[i],
        exchange: exchanges?.[i],
        price: scale === undefined ? texts[i] : decimalOf(words.slice(4 * i, 4 * i + 4), scale),
        time,
        seq: Number(seqs?.[i] ?? 0),
      }));
      assert.deepEqual(read, written);
    });
  }

  it('numbers that nobody kept are null, also where that is all of them', async () => {
    for (const seq of [0, 1]) {
      const ticks = randomMarket(random, 1000, ['1']).map((tick) => ({ ...tick, seq }));
      const bytes = await bytesOf(writeMarketColumns('parquet', chunked(ticks, 100), kindOf(ticks, 'number')));
      assert.equal(await parquetRows(bytes), csvOf(ticks));
    }
  });

  it('the kind of a column is the least that holds all prices, however they come', () => {
    for (const prices of [...Object.values(PRICES), ['1'], ['0.5'], ['-12.125', '99999']]) {
      const ticks = randomMarket(random, 500, prices);
      const whole = Math.max(1, ...ticks.map(({ price }) => price.replace(/^-?0*/, '').replace(/\..*/, '').length));
      const scale = Math.max(...ticks.map(({ price }) => price.split('.')[1]?.length ?? 0));
      const expected = whole + scale <= 15 ? 'narrow' : whole + scale <= 38 ? 'wide' : undefined;
      if (expected === undefined) assert.throws(() => kindOf(ticks, 'number'), { code: 'TOO_MANY_DIGITS' });
      else assert.deepEqual(kindOf(ticks, 'number'), { kind: expected, scale });
    }
  });
});

function kindOf(ticks: readonly SequencedTick[], decimals: 'number' | 'string'): PriceKind {
  const digits = new PriceDigits();
  for (let at = 0; at < ticks.length; at += 77) digits.add(marketChunk(ticks.slice(at, at + 77)));
  return digits.kind(decimals);
}

type WrittenTick = Omit<SequencedTick, 'price'> & { readonly price: string };

function csvOf(ticks: readonly WrittenTick[]): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = ticks.map(({ stock, exchange, price, time, seq }) =>
    [formatMicros(time), cell(stock), cell(exchange), price, seq === 0 ? '' : seq].join(),
  );
  return ['timestamp,stock_name,exchange_name,price,seq', ...rows, ''].join('\n');
}

async function* chunked(ticks: readonly SequencedTick[], size: number) {
  for (let at = 0; at < ticks.length; at += size) yield marketChunk(ticks.slice(at, at + size));
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
