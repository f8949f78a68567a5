import { BitWriter } from './bit-writer.ts';
import type { ColumnCode } from './column-code.ts';
import { BLOCK_TICKS } from './sealed-block.ts';

/** Ranks of high parts below it are looked up in a table. */
const TABLE_SIZE = 4096;
const TABLE = new Uint8Array(TABLE_SIZE);
const QUOTIENTS = new Float64Array(BLOCK_TICKS);
/** Values and ranks below are numbers of 32 bits. */
const SMALL = 2 ** 31;

/** Packs a column of up to 4096 values by a code that {@link chooseCode} chose for it: its fields and its unary part. */
export function writeColumn(column: Float64Array, code: ColumnCode, writer: BitWriter): void {
  const rankOf = rankTable(code.values);
  if (isSmall(column, code)) writeSmallFields(column, code, rankOf, writer);
  else writeFields(column, code, rankOf, writer);
  writer.align();
  if (code.unaryBytes === 0) return;
  for (let i = 0; i < column.length; i++) writer.putUnary(QUOTIENTS[i] as number);
  writer.align();
}

type RankTable = Uint8Array | Map<number, number> | undefined;

/** `undefined`: the rank is the high part itself. */
function rankTable(values: readonly number[]): RankTable {
  if (values.length === 0) return undefined;
  if (values.some((value) => value >= TABLE_SIZE)) return new Map(values.map((value, rank) => [value, rank]));
  for (let rank = 0; rank < values.length; rank++) TABLE[values[rank] as number] = rank;
  return TABLE;
}

function isSmall(column: Float64Array, { least, low, ranked }: ColumnCode): boolean {
  if (low + ranked > BitWriter.MOST_BITS) return false;
  for (let i = 0; i < column.length; i++) if ((column[i] as number) - least >= SMALL) return false;
  return true;
}

/** As {@link writeFields}, several times faster. */
function writeSmallFields(column: Float64Array, code: ColumnCode, rankOf: RankTable, writer: BitWriter): void {
  const { least, low, ranked } = code;
  const width = low + ranked;
  const ofLow = (1 << low) - 1;
  const ofRank = (1 << ranked) - 1;
  for (let i = 0; i < column.length; i++) {
    const value = ((column[i] as number) - least) | 0;
    let rank = value >> low;
    if (rankOf instanceof Uint8Array) rank = rankOf[rank] as number;
    else if (rankOf !== undefined) rank = rankOf.get(rank) as number;
    QUOTIENTS[i] = rank >> ranked;
    writer.put(((rank & ofRank) << low) | (value & ofLow), width);
  }
}

function writeFields(column: Float64Array, code: ColumnCode, rankOf: RankTable, writer: BitWriter): void {
  const { least, low, ranked } = code;
  const size = 2 ** low;
  for (let i = 0; i < column.length; i++) {
    const value = (column[i] as number) - least;
    const high = Math.floor(value / size);
    const rank =
      rankOf === undefined ? high : rankOf instanceof Map ? (rankOf.get(high) as number) : (rankOf[high] as number);
    const quotient = Math.floor(rank / 2 ** ranked);
    QUOTIENTS[i] = quotient;
    writer.putWide((rank - quotient * 2 ** ranked) * size + (value - high * size), low + ranked);
  }
}
