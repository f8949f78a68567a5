/**
 * How a column of integers is packed (docs/storage.md, "A block"). A value is `least` + `high` × 2^low + its `low` lowest bits.
 * Where `values` are given, rank r is the place of `high` among them; else r is `high` itself. The low bits, with `ranked` lowest
 * bits of r before them, are a field of fixed width; the rest of r is in unary, unless it is 0 everywhere.
 */
export interface ColumnCode {
  readonly least: number;
  readonly low: number;
  readonly ranked: number;
  /** Of the unary part. */
  readonly unaryBytes: number;
  readonly values: readonly number[];
}

/** As it lies in a `bigint[]` of `sealed_blocks`. */
export function codeArray({ least, low, ranked, unaryBytes, values }: ColumnCode): readonly number[] {
  return [least, low, ranked, unaryBytes, ...values];
}

/** `undefined`: no code is like that. */
export function readCode(array: readonly number[]): ColumnCode | undefined {
  const [least, low, ranked, unaryBytes, ...values] = array;
  if (least === undefined || low === undefined || ranked === undefined || unaryBytes === undefined) return undefined;
  if (!array.every(Number.isSafeInteger) || low < 0 || ranked < 0 || low + ranked > 53 || unaryBytes < 0)
    return undefined;
  return { least, low, ranked, unaryBytes, values };
}

/** Bytes of the fields of `count` values. */
export function fieldBytes({ low, ranked }: ColumnCode, count: number): number {
  return Math.ceil((count * (low + ranked)) / 8);
}
