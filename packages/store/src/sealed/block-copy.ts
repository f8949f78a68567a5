import { formatMicros } from '@tickwatch/core';
import type { SealedBlock } from './sealed-block.ts';

/** Takes what {@link blockCopyRows} gives. */
export const BLOCK_COPY = `COPY sealed_blocks (stock_name, exchange_name, first_time, last_time, place, count, version, scale,
  scale_kind, first_price, times, prices, scales, ties, origins, numbers, payload, checksum) FROM STDIN`;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Blocks in COPY's text format, one a chunk. */
export function* blockCopyRows(blocks: Iterable<SealedBlock>): Iterable<Buffer> {
  for (const block of blocks) {
    const fields = [
      copyText(block.stock),
      copyText(block.exchange),
      formatMicros(block.firstTime),
      formatMicros(block.lastTime),
      block.place,
      block.count,
      block.version,
      block.scale,
      block.scaleKind,
      block.firstPrice,
      array(block.times),
      array(block.prices),
      array(block.scales),
      array(block.ties),
      array(block.origins),
      array(block.numbers),
      `\\\\x${block.payload.toString('hex')}`,
      `\\\\x${block.checksum.toString('hex')}\n`,
    ];
    yield Buffer.from(fields.join('\t'));
  }
}

function array(items: readonly (number | string)[] | null): string {
  return items === null ? '\\N' : `{${items.join(',')}}`;
}

function copyText(name: string): string {
  return name.replace(/[\\\t\n\r]/g, (letter) => ESCAPES[letter] as string);
}
