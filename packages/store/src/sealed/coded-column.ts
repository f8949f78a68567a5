import { type ColumnCode, fieldBytes } from './column-code.ts';
import { zigzagDistance } from './zigzag.ts';

/** What the packed values are: those that are wanted, or their distances to the one before, be they signed or not. */
export type PackedAs = 'values' | 'distances' | 'zigzag';

/** A column in a payload. */
export interface CodedColumn {
  readonly code: ColumnCode;
  readonly packedAs: PackedAs;
  /** Of the first distance. */
  readonly before: number;
  /** Of all values. */
  readonly count: number;
  /** Where it begins. */
  readonly start: number;
}

/** As many bits as lie in four bytes from any bit on. */
export const WINDOW_BITS = 25;

/** A number of up to {@link WINDOW_BITS}. Of none: a shift by 32 bits would leave all. */
export function fieldAt(bytes: DataView, bit: number, width: number): number {
  return ((bytes.getInt32(bit >>> 3) << (bit & 7)) >>> 1) >>> (31 - width);
}

/** The value that a packed one stands for. */
export function unpackedValue(packed: number, before: number, packedAs: PackedAs): number {
  if (packedAs === 'distances') return before + packed;
  return packedAs === 'values' ? packed : before + zigzagDistance(packed);
}

/** What the ranks of a table stand for. */
export function basesOf({ least, low, values }: ColumnCode): Float64Array {
  const bases = new Float64Array(values.length);
  for (let rank = 0; rank < bases.length; rank++) bases[rank] = least + (values[rank] as number) * 2 ** low;
  return bases;
}

export function unaryStart({ code, count, start }: CodedColumn): number {
  return start + fieldBytes(code, count);
}
