export { BLOCK_COLUMNS, type BlockRow, readBlockRow } from './block-row.ts';
export { columnsOf } from './columns-of.ts';
export { BLOCK_VERSION, DamagedBlockError } from './damaged-block-error.ts';
export { decodeBlock } from './decode-block.ts';
export { type EncodeOptions, encodeBlocks } from './encode-blocks.ts';
export { PageRoom } from './page-room.ts';
export { mostPriceBytes, writePrice } from './price-bytes.ts';
export { priceText } from './price-texts.ts';
export { priceColumn } from './scaled-prices.ts';
export { BLOCK_TICKS, type BlockKey, type SealedBlock } from './sealed-block.ts';
export {
  FIRST_LATE_RANK,
  type PriceColumn,
  type PriceTexts,
  type ScaledPrices,
  type TickChunk,
  type TickColumns,
} from './tick-columns.ts';
export { TIME_BYTES, TimeBytes } from './time-bytes.ts';
