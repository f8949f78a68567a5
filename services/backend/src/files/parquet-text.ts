import { open } from 'node:fs/promises';
import { type EpochMicros, formatMicros } from '@tickwatch/core';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { FileError } from './file-error.ts';

/** Text of a value of a column. */
type CellText = (value: unknown) => string;

/**
 * The rows of a Parquet file as CSV, its columns' names first, one row group in memory at a time. Decimals keep their digits;
 * a FLOAT or DOUBLE becomes the shortest decimal that means it; a time without a zone stays without one. Columns that hold
 * lists or structures are left out.
 * @throws FileError what can't be read
 */
export async function* parquetText(path: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
        return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length);
      },
    };
    yield* rowsOf(file, onBytes);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`the Parquet file can't be read: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await handle.close();
  }
}

async function* rowsOf(file: AsyncBuffer, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const metadata = await parquetMetadataAsync(file);
  const columns = flatColumns(metadata);
  const names = columns.map(({ name }) => name);
  const texts = columns.map(cellText);
  yield Buffer.from(`${names.map(csvCell).join(',')}\n`);
  const raw = withoutMeanings(metadata);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const options = { file, metadata: raw, columns: names, rowStart, rowEnd, compressors, utf8: false, parsers };
    const rows = await parquetReadObjects(options);
    for (let from = 0; from < rows.length; from += 10_000) {
      const lines = rows.slice(from, from + 10_000).map((row) => {
        return names.map((name, i) => csvCell((texts[i] as CellText)(row[name]))).join(',');
      });
      yield Buffer.from(`${lines.join('\n')}\n`);
    }
    onBytes(Number(group.total_compressed_size ?? group.total_byte_size));
    rowStart = rowEnd;
  }
}

function flatColumns({ schema }: FileMetaData): readonly SchemaElement[] {
  const flat: SchemaElement[] = [];
  for (let i = 1, top = schema[0]?.num_children ?? 0; top > 0; top--) {
    const element = schema[i] as SchemaElement;
    if (element.num_children === undefined && element.repetition_type !== 'REPEATED') flat.push(element);
    i = behind(schema, i);
  }
  return flat;
}

/** Where the element behind this one and all that it holds stands. */
function behind(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1;
  for (let children = schema[at]?.num_children ?? 0; children > 0; children--) next = behind(schema, next);
  return next;
}

/** The columns as stored: what the library makes of decimals and times has lost digits. */
function withoutMeanings(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): SchemaElement => {
    if (!isDecimal(element) && timeUnit(element) === undefined) return element;
    const { converted_type: _, logical_type: __, ...stored } = element;
    return stored;
  });
  return { ...metadata, schema };
}

function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'DECIMAL' || logical?.type === 'DECIMAL';
}

/** How many of a column's units are a µs, or µs a unit where it is coarser; `undefined`: it holds no times. */
function timeUnit({ converted_type: converted, logical_type: logical }: SchemaElement): bigint | undefined {
  if (converted === 'DATE' || logical?.type === 'DATE') return 86_400_000_000n;
  if (converted === 'TIMESTAMP_MILLIS') return 1000n;
  if (converted === 'TIMESTAMP_MICROS') return 1n;
  if (logical?.type !== 'TIMESTAMP') return undefined;
  return logical.unit === 'MILLIS' ? 1000n : logical.unit === 'MICROS' ? 1n : -1000n;
}

function cellText(element: SchemaElement): CellText {
  const { logical_type: logical, type } = element;
  if (isDecimal(element)) {
    const scale = element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
    return (value) => (value == null ? '' : decimalText(value, scale));
  }
  const unit = timeUnit(element);
  if (unit !== undefined) {
    const isNaive = logical?.type === 'DATE' || (logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC);
    return (value) => (value == null ? '' : timeText(BigInt(value as bigint | number), unit, isNaive));
  }
  if (type === 'INT96') return (value) => (value == null ? '' : timeText(value as bigint, -1000n, true));
  if (type === 'FLOAT') return (value) => (typeof value === 'number' ? floatText(value) : '');
  return plainText;
}

function plainText(value: unknown): string {
  if (value instanceof Uint8Array) return textOf(value);
  return value == null || typeof value === 'object' ? '' : String(value);
}

/** A time in its column's unit; ns are rounded half up. */
function timeText(value: bigint, unit: bigint, isNaive: boolean): string {
  const micros = unit > 0n ? value * unit : (value + 500n - ((((value + 500n) % 1000n) + 1000n) % 1000n)) / 1000n;
  if (micros < -62_135_596_800_000_000n || micros > 253_402_300_799_999_999n) return `${value} (out of range)`;
  const text = formatMicros(Number(micros) as EpochMicros);
  return isNaive ? text.slice(0, -1) : text;
}

function decimalText(value: unknown, scale: number): string {
  const digits = value instanceof Uint8Array ? bigEndian(value) : BigInt(value as bigint | number);
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

/** The shortest decimal that is this number in 32 bits: 220.4, not 220.39999389648438. */
function floatText(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** U+FFFD is in no symbol: a name that is no text is refused with its row. */
function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return '\ufffd';
  }
}

const parsers = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
  stringFromBytes: (value: Uint8Array) => (value === undefined ? undefined : textOf(value)),
};

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
