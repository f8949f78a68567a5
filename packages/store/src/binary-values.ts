/** PostgreSQL counts from 2000-01-01. */
export const POSTGRES_EPOCH_MICROS = 946_684_800_000_000;
/** What a binary COPY begins with, in the message of its first row or before it. */
export const COPY_HEADER_BYTES = 19;
/** Where a row would have its number of columns. */
export const COPY_END = 0xffff;
const TWO_TO_32 = 2 ** 32;

/** A bigint; one of more than 53 bits is not exact. */
export function bigintAt(bytes: DataView, at: number): number {
  return bytes.getInt32(at) * TWO_TO_32 + bytes.getUint32(at + 4);
}

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
