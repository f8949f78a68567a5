/**
 * A place in a lane's stream, as text `<generation>:<seq>-<time>`: behind a message, and when that was received (µs). The
 * generation is when the stream was created (µs). Where that is not later than before, or the same stream lost what was read,
 * it grows by one, and `@<created>` follows it.
 */
export interface NatsPlace {
  readonly generation: number;
  readonly created: number;
  readonly seq: number;
  /** 0: not known. */
  readonly time: number;
}

const PLACE = /^(\d{1,16})(?:@(\d{1,16}))?:(\d{1,16})-(\d{1,16})$/;

/** Before every message of any stream. */
export const START: NatsPlace = { generation: 0, created: 0, seq: 0, time: 0 };

export function parsePlace(text: string): NatsPlace | undefined {
  const [, generation, created = generation, seq, time] = PLACE.exec(text) ?? [];
  if (generation === undefined) return undefined;
  return { generation: Number(generation), created: Number(created), seq: Number(seq), time: Number(time) };
}

export function formatPlace({ generation, created, seq, time }: NatsPlace): string {
  return `${generation}${created === generation ? '' : `@${created}`}:${seq}-${time}`;
}

/** Negative: `a` is older than `b`. */
export function comparePlaces(a: string, b: string): number {
  const [x, y] = [parsePlace(a) ?? START, parsePlace(b) ?? START];
  return x.generation - y.generation || x.seq - y.seq;
}
