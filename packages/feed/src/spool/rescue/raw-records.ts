import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { decodeRecord, HEADER_BYTES, MAGIC, type SpoolHead } from '../record-format.ts';

const WINDOW_BYTES = 1024 * 1024;
/** Longer is no record. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface RawRecord {
  readonly head: SpoolHead;
  readonly record: Buffer;
}

/** Finds the intact records of a file whatever else it holds: also old ones, whose place was free to be written again. */
export function* rawRecords(path: string): Iterable<RawRecord> {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)));
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, at));
    };
    let window = read(0, WINDOW_BYTES);
    let windowAt = 0;
    let at = 0;
    while (at + HEADER_BYTES <= size) {
      if (at + HEADER_BYTES > windowAt + window.length) {
        windowAt = at;
        window = read(at, WINDOW_BYTES);
        if (window.length < HEADER_BYTES) return;
      }
      const found = window.indexOf(MAGIC, at - windowAt);
      if (found < 0 || found + HEADER_BYTES > window.length) {
        // The magic word, or the header behind it, may lie across the window's end.
        at = found < 0 ? windowAt + window.length - MAGIC.length + 1 : windowAt + found;
        if (windowAt + window.length >= size) return;
        windowAt = at;
        window = read(at, WINDOW_BYTES);
        continue;
      }
      at = windowAt + found;
      const length = window.readUInt32LE(found + 8);
      const isPossible = length >= HEADER_BYTES && length <= Math.min(MAX_BYTES, size - at);
      const record = !isPossible ? undefined : read(at, length);
      const head = record === undefined ? undefined : decodeRecord(record);
      if (record !== undefined && head !== undefined) yield { head, record };
      at += head === undefined ? 1 : length;
    }
  } finally {
    closeSync(file);
  }
}
