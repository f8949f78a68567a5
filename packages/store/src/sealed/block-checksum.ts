import { createHash } from 'node:crypto';
import type { SealedBlock } from './sealed-block.ts';

const CHECKSUM_BYTES = 8;

/**
 * The first eight bytes of SHA-256 over a block's other columns, one a line, and its payload; `block_checksum` in SQL. Ranks have no line
 * where there are none, as in version 1.
 */
export function blockChecksum(block: Omit<SealedBlock, 'checksum'>): Buffer {
  const fields = [
    block.version,
    block.stock,
    block.exchange,
    block.firstTime,
    block.lastTime,
    block.place,
    block.count,
    block.scale,
    block.scaleKind,
    block.firstPrice,
    block.times ?? '',
    block.prices ?? '',
    block.scales ?? '',
    block.ties ?? '',
    block.origins ?? '',
    block.numbers ?? '',
    ...(block.ranks === null ? [] : [block.ranks]),
    '',
  ];
  // An array's text has commas between its items, as SQL's array_to_string writes them.
  return createHash('sha256').update(fields.join('\n')).update(block.payload).digest().subarray(0, CHECKSUM_BYTES);
}
