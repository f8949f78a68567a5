import type { EpochMicros } from '@tickwatch/core';

/**
 * A place in a lane's streams, as text: `<id>`, `<generation>:<id>`, or `<generation>@<key>:<id>` where it lies in another
 * stream than the lane's own by the settings. Each time that ids begin anew (the stream was deleted, or went back, or the
 * lane goes on in another one) the generation grows by one.
 */
export interface StreamPlace {
  /** 0: nothing marks the stream, see stream-lane.ts. */
  readonly generation: number;
  readonly key: string | undefined;
  readonly id: string;
}

const PLACE = /^(?:(\d{1,9})(?:@(.+))?:)?(\d{1,15}-\d{1,20})$/;

/** Before every entry of a stream. */
export const STREAM_START = '0-0';
export const START: StreamPlace = { generation: 0, key: undefined, id: STREAM_START };

export function parsePlace(text: string): StreamPlace | undefined {
  const [, generation = '0', key, id] = PLACE.exec(text) ?? [];
  return id === undefined ? undefined : { generation: Number(generation), key, id };
}

export function formatPlace({ generation, key, id }: StreamPlace): string {
  if (key !== undefined) return `${generation}@${key}:${id}`;
  return generation === 0 ? id : `${generation}:${id}`;
}

/** Negative: `a` is older than `b`. */
export function comparePlaces(a: string, b: string): number {
  const [x, y] = [parsePlace(a), parsePlace(b)];
  return (x?.generation ?? 0) - (y?.generation ?? 0) || compareStreamIds(x?.id ?? a, y?.id ?? b);
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
export function streamIdAfter(time: number): string {
  return `${Math.max(0, Math.floor(time / 1000))}-18446744073709551615`;
}
