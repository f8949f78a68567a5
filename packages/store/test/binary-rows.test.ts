import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import { type DecimalText, type EpochMicros, formatMicros, type SequencedTick } from '@tickwatch/core';
import fc from 'fast-check';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { binaryRows } from '../src/write/binary-rows.ts';
import { startTestServer, type TestServer } from './store-test-kit.ts';

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0000123456789'), minLength: min, maxLength: max });

const price = fc
  .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** 30n }), digits(0, 40))
  .map(([sign, whole, decimals]) => [sign, decimals === '' ? `${whole}` : `${whole}.${decimals}`] as const)
  .map(([sign, plain]) => (/[1-9]/.test(plain) ? sign + plain : plain) as DecimalText);

const tick: fc.Arbitrary<SequencedTick> = fc.record(
  {
    stock: fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }).filter((name) => !name.includes('\0')),
    exchange: fc.constantFrom('NASDAQ', 'NYSE'),
    price,
    // From 1970, before PostgreSQL's own epoch, to where a double ends.
    time: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).map((micros) => micros as EpochMicros),
    seq: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  },
  { noNullPrototype: true },
);

describe('rows for COPY in its binary format', () => {
  let server: TestServer;
  let client: pg.Client;

  before(async () => {
    server = await startTestServer();
    client = new pg.Client({ connectionString: await server.createDatabase() });
    await client.connect();
    await client.query(
      `SET timezone = 'UTC'; CREATE TEMP TABLE ticks
       (place serial, "timestamp" timestamptz, stock_name varchar(255), exchange_name varchar(255), price numeric, seq bigint)`,
    );
  });
  after(async () => {
    await client.end();
    await server[Symbol.asyncDispose]();
  });

  async function stored(ticks: readonly SequencedTick[]): Promise<readonly SequencedTick[]> {
    await client.query('TRUNCATE ticks RESTART IDENTITY');
    const copy = `COPY ticks ("timestamp", stock_name, exchange_name, price, seq) FROM STDIN WITH (FORMAT binary)`;
    await pipeline(Readable.from(binaryRows(ticks)), client.query(copyFrom(copy)));
    const { rows } = await client.query<{
      micros: string;
      stock: string;
      exchange: string;
      price: string;
      seq: string;
    }>(
      `SELECT (extract(epoch FROM "timestamp") * 1000000)::bigint::text AS micros, stock_name AS stock,
              exchange_name AS exchange, price::text, seq FROM ticks ORDER BY place`,
    );
    return rows.map((row) => ({
      stock: row.stock,
      exchange: row.exchange,
      price: row.price as DecimalText,
      time: Number(row.micros) as EpochMicros,
      seq: Number(row.seq),
    }));
  }

  it('keep names, every digit of a price, the microsecond and the number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tick, { maxLength: 200 }), async (ticks) => {
        assert.deepEqual(await stored(ticks), ticks);
      }),
      { numRuns: 60 },
    );
  });

  it('come in chunks that hold whole rows, also rows longer than a chunk', async () => {
    const long = { stock: 'x'.repeat(200), exchange: 'NYSE', price: '9'.repeat(400) as DecimalText, seq: 7 };
    const ticks = Array.from({ length: 3000 }, (_, i) => ({ ...long, time: (i * 1000) as EpochMicros }));
    assert.ok([...binaryRows(ticks)].length > 5);
    assert.deepEqual(
      (await stored(ticks)).map(({ time }) => formatMicros(time)).at(-1),
      formatMicros(2_999_000 as EpochMicros),
    );
    const huge = { ...long, stock: 'y'.repeat(400_000), time: 0 as EpochMicros };
    const sizes = [...binaryRows([...ticks.slice(0, 1), huge])].map((chunk) => chunk.length);
    assert.ok(sizes.some((size) => size > 400_000));
  });
});
