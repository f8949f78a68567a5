import type { EpochMicros } from '@tickwatch/core';

const STREAM_ID = /^(\d{1,15})-(\d{1,20})$/;

/** Before every entry of a stream. */
export const STREAM_START = '0-0';

export function isStreamId(text: string): boolean {
  return STREAM_ID.test(text);
}

/** Negative: `a` is older than `b`. */
export function compareStreamIds(a: string, b: string): number {
  const [aTime = '', aCount = ''] = a.split('-');
  const [bTime = '', bCount = ''] = b.split('-');
  return Number(aTime) - Number(bTime) || Number(aCount) - Number(bCount);
}

/** When Redis took an entry; the same at every replay. Entries of one millisecond keep their order. */
export function streamIdTime(id: string): EpochMicros {
  const [time = '0', count = '0'] = id.split('-');
  return (Number(time) * 1000 + Math.min(Number(count), 999)) as EpochMicros;
}

/** Behind every entry of the millisecond that a time lies in. */
export function streamIdAfter(time: EpochMicros): string {
  return `${Math.max(0, Math.floor(time / 1000))}-18446744073709551615`;
}
