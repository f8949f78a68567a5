import { formatMicros } from '@tickwatch/core';
import type { QueryConfig } from 'pg';
import type { SealedBlock } from './sealed-block.ts';

const COLUMNS = `stock_name, exchange_name, first_time, last_time, place, count, version, scale, scale_kind, first_price,
  times, prices, scales, ties, origins, numbers, ranks, payload, checksum`;

/**
 * A statement that inserts blocks, page after page in this order. COPY would take pages ahead (PostgreSQL 16 and later), and
 * leave some of them empty.
 */
export function insertBlocks(blocks: readonly SealedBlock[]): QueryConfig {
  const values: unknown[] = [];
  const rows = blocks.map((block) => {
    const row = rowOf(block);
    values.push(...row);
    return `(${row.map((_, i) => `$${values.length - row.length + i + 1}`).join(', ')})`;
  });
  const text = `INSERT INTO sealed_blocks (${COLUMNS}) VALUES ${rows.join(', ')}`;
  return { name: `insert ${blocks.length} blocks`, text, values };
}

function rowOf(block: SealedBlock): readonly unknown[] {
  return [
    block.stock,
    block.exchange,
    formatMicros(block.firstTime),
    formatMicros(block.lastTime),
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
    block.ranks,
    block.payload,
    block.checksum,
  ];
}
