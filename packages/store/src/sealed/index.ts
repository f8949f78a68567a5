export { BLOCK_COLUMNS, type BlockRow, readBlockRow } from './block-row.ts';
export { columnsOf } from './columns-of.ts';
export { BLOCK_VERSION, DamagedBlockError } from './damaged-block-error.ts';
export { decodeBlock } from './decode-block.ts';
export { type EncodeOptions, encodeBlocks } from './encode-blocks.ts';
export { priceText } from './price-texts.ts';
export { priceColumn } from './scaled-prices.ts';
export { BLOCK_TICKS, type BlockKey, type SealedBlock } from './sealed-block.ts';
export type { PriceColumn, PriceTexts, ScaledPrices, TickChunk, TickColumns } from './tick-columns.ts';
