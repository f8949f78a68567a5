import type { EpochMicros } from '@tickwatch/core';
import { bigintAt, POSTGRES_EPOCH_MICROS, viewOf } from '../binary-values.ts';
import { arrayItems } from './block-row.ts';
import type { SealedBlock } from './sealed-block.ts';

/** What a binary COPY from `sealed_blocks` lists so that {@link readCopiedBlock} reads its rows. */
export const COPIED_COLUMNS = `stock_name, exchange_name, first_time, last_time, place, count, version, scale, scale_kind,
  first_price, times, prices, scales, ties, origins, numbers::text, ranks, payload, checksum`;

/** A row of `COPY (SELECT` {@link COPIED_COLUMNS}`…) TO STDOUT (FORMAT binary)`. */
export function readCopiedBlock(row: Buffer): SealedBlock {
  const values = new CopiedValues(row);
  return {
    stock: values.text() ?? '',
    exchange: values.text() ?? '',
    firstTime: (values.integer() + POSTGRES_EPOCH_MICROS) as EpochMicros,
    lastTime: (values.integer() + POSTGRES_EPOCH_MICROS) as EpochMicros,
    place: values.integer(),
    count: values.integer(),
    version: values.integer(),
    scale: values.integer(),
    scaleKind: values.integer() as SealedBlock['scaleKind'],
    firstPrice: values.integer(),
    times: values.integers(),
    prices: values.integers(),
    scales: values.integers(),
    ties: values.integers(),
    origins: values.integers(),
    numbers: arrayItems(values.text() ?? null),
    ranks: values.integers(),
    payload: values.bytes() ?? Buffer.alloc(0),
    checksum: values.bytes() ?? Buffer.alloc(0),
  };
}

const COLUMNS_BYTES = 2;
const LENGTH_BYTES = 4;
/** Of an array: dimensions, whether there is a NULL, the items' type, and of its one dimension how many there are and from where on. */
const ARRAY_HEAD_BYTES = 20;

/** The values of a row, one behind the other: each has its length before it, -1 is NULL. */
class CopiedValues {
  readonly #row: Buffer;
  readonly #view: DataView;
  #at = COLUMNS_BYTES;

  constructor(row: Buffer) {
    this.#row = row;
    this.#view = viewOf(row);
  }

  bytes(): Buffer | undefined {
    const start = this.#at + LENGTH_BYTES;
    const length = this.#view.getInt32(this.#at);
    this.#at = start + Math.max(0, length);
    return length < 0 ? undefined : this.#row.subarray(start, this.#at);
  }

  text(): string | undefined {
    return this.bytes()?.toString();
  }

  /** Of two, four or eight bytes. NaN: NULL. */
  integer(): number {
    const start = this.#at + LENGTH_BYTES;
    const length = this.#view.getInt32(this.#at);
    this.#at = start + Math.max(0, length);
    if (length < 0) return Number.NaN;
    if (length === 2) return this.#view.getInt16(start);
    return length === 4 ? this.#view.getInt32(start) : bigintAt(this.#view, start);
  }

  integers(): readonly number[] | null {
    const start = this.#at;
    const end = start + LENGTH_BYTES + this.#view.getInt32(start);
    if (end < start + LENGTH_BYTES) {
      this.#at = start + LENGTH_BYTES;
      return null;
    }
    const found: number[] = [];
    this.#at = start + LENGTH_BYTES + ARRAY_HEAD_BYTES;
    while (this.#at < end) found.push(this.integer());
    this.#at = end;
    return found;
  }
}
