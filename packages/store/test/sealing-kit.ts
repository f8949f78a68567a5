import type { DecimalText, EpochMicros } from '@tickwatch/core';
import type pg from 'pg';
import { columnsOf, encodeBlocks, type SealedBlock } from '../src/sealed/index.ts';

const COLUMNS = `stock_name, exchange_name, first_time, last_time, place, count, version, scale, scale_kind, first_price, times,
  prices, scales, ties, origins, numbers, payload, checksum`;

/** Packs the ticks of a day (UTC) as sealing does. */
export async function sealByHand(client: pg.ClientBase, day: string): Promise<void> {
  const within = `"timestamp" >= timestamptz '${day} UTC' AND "timestamp" < timestamptz '${day} UTC' + interval '1 day'`;
  await client.query('BEGIN');
  const { rows } = await client.query<Record<string, string>>(`
    SELECT stock_name, exchange_name, (extract(epoch FROM "timestamp") * 1000000)::bigint AS time, seq, price::text AS price
      FROM unsealed_prices WHERE ${within}
     ORDER BY stock_name COLLATE "C", exchange_name COLLATE "C", "timestamp", seq, unsealed_prices.price, scale(unsealed_prices.price)`);
  const groups = new Map<string, typeof rows>();
  for (const row of rows) {
    const key = JSON.stringify([row.stock_name, row.exchange_name]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const blocks = [...groups].flatMap(([key, group]) => {
    const [stock, exchange] = JSON.parse(key) as [string, string];
    const ticks = group.map((row) => ({
      time: Number(row.time) as EpochMicros,
      seq: Number(row.seq),
      price: row.price as DecimalText,
    }));
    return encodeBlocks({ stock, exchange }, columnsOf(ticks));
  });
  for (const block of blocks) await insertBlock(client, block);
  const partition = `stock_prices_y${day.slice(0, 4)}m${day.slice(5, 7)}d${day.slice(8)}`;
  await client.query(`DROP TABLE IF EXISTS ${partition}`);
  await client.query(`SET LOCAL tickwatch.rollups = 'caller'; DELETE FROM late_prices WHERE ${within}`);
  await client.query('INSERT INTO sealed_days (day, ticks, blocks, bytes) VALUES ($1, $2, $3, 0)', [
    day,
    rows.length,
    blocks.length,
  ]);
  await client.query('COMMIT');
}

export async function insertBlock(client: pg.ClientBase, block: SealedBlock): Promise<void> {
  const time = (micros: number): string => `${micros} microseconds`;
  const values = [
    block.stock,
    block.exchange,
    time(block.firstTime),
    time(block.lastTime),
    block.place,
    block.count,
    block.version,
    block.scale,
    block.scaleKind,
    block.firstPrice,
    block.times,
    block.prices,
    block.scales,
    block.ties,
    block.origins,
    block.numbers,
    block.payload,
    block.checksum,
  ];
  const places = values.map((_, i) => (i === 2 || i === 3 ? `timestamptz 'epoch' + $${i + 1}::interval` : `$${i + 1}`));
  await client.query(`INSERT INTO sealed_blocks (${COLUMNS}) VALUES (${places.join(', ')})`, values);
}
