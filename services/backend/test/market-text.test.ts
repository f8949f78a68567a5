import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatMicros, type SequencedTick } from '@tickwatch/core';
import { MarketText, type MarketTextForm } from '../src/http/market-text.ts';
import { putDecimal } from '../src/http/put-text.ts';
import { marketChunk, randomMarket } from './fake-market.ts';
import { Random } from './random.ts';

const HUGE = ['1234567890123456789012345678901234567890.5', `0.${'123456789'.repeat(30)}`, '9007199254740993', '-0.00'];

describe('ticks of many stocks as text', () => {
  const random = new Random(18);
  const ticks = [...randomMarket(random, 3000), ...randomMarket(random, 200, HUGE)];

  it('each row has the names, the time, the number and each digit of its tick', async () => {
    for (const decimals of ['number', 'string'] as const) {
      const rows = (await textOf({ format: 'ndjson', decimals }, ticks)).trimEnd().split('\n');
      assert.deepEqual(
        rows,
        ticks.map((tick) => row(tick, decimals)),
      );
    }
  });

  it('JSON is the same rows between brackets, also of no tick and of several chunks', async () => {
    for (const some of [[], ticks.slice(0, 1), ticks]) {
      const json = await textOf({ format: 'json', decimals: 'number' }, some);
      assert.equal(json.replaceAll('\n', ''), `[${some.map((tick) => row(tick, 'number')).join(',')}]`);
      JSON.parse(json);
    }
  });

  it('CSV quotes what has to be quoted, and names that a spreadsheet would run are made harmless where that is asked for', async () => {
    const names = ['A,B', 'say "x"', '=1+1'].map((stock, i) => ({ ...(ticks[0] as SequencedTick), stock, seq: i }));
    const csv = await textOf({ format: 'csv', decimals: 'number', spreadsheetSafe: true }, names);
    const [{ time, price, exchange } = ticks[0] as SequencedTick] = names;
    const of = /[",]/.test(exchange) ? `"${exchange.replaceAll('"', '""')}"` : exchange;
    const written = formatMicros(time);
    assert.deepEqual(csv.split('\n'), [
      'timestamp,stock_name,exchange_name,price,seq',
      `${written},"A,B",${of},${price},`,
      `${written},"say ""x""",${of},${price},1`,
      `${written},'=1+1,${of},${price},2`,
      '',
    ]);
  });

  it('a decimal is written with its digits, at every number of decimals and up to the last number that is exact', () => {
    const numbers = [0, 1, 9, 10, 99, 12_345, 2 ** 30 - 1, 2 ** 30, 2 ** 31, 10 ** 15, 2 ** 52 - 1, 2 ** 53 - 1];
    for (let i = 0; i < 2000; i++) numbers.push(Math.floor(random.next() * 10 ** random.integer(0, 15)));
    for (const number of numbers) {
      for (const decimals of [0, 1, 2, 7, 8, 14, 15, 16, 17, 30]) {
        for (const mantissa of number === 0 ? [0] : [number, -number]) {
          const out = Buffer.alloc(80);
          const written = out.toString('latin1', 0, putDecimal(out, 0, mantissa, decimals));
          assert.equal(written, decimal(mantissa, decimals), `${mantissa} with ${decimals} decimals`);
        }
      }
    }
  });
});

/** In chunks of any size, whose keys are their own. */
async function textOf(form: MarketTextForm, ticks: readonly SequencedTick[]): Promise<string> {
  const sizes = [1, 7, 1000, 5000];
  const chunks = [];
  for (let at = 0, i = 0; at < ticks.length; i++) {
    const size = sizes[i % sizes.length] as number;
    chunks.push(marketChunk(ticks.slice(at, at + size)));
    at += size;
  }
  const pieces: Buffer[] = [];
  for await (const piece of new MarketText(form).pieces(chunks)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

function row({ stock, exchange, price, time, seq }: SequencedTick, decimals: 'number' | 'string'): string {
  const digits = decimals === 'string' ? `"${price}"` : price;
  const names = `"stock_name":${JSON.stringify(stock)},"exchange_name":${JSON.stringify(exchange)}`;
  return `{${names},"price":${digits},"timestamp":"${formatMicros(time)}","seq":${seq === 0 ? 'null' : seq}}`;
}

function decimal(mantissa: number, decimals: number): string {
  const digits = Math.abs(mantissa)
    .toString()
    .padStart(decimals + 1, '0');
  const sign = mantissa < 0 ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
