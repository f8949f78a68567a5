import { MICROS_PER_DAY, MICROS_PER_SECOND } from '@tickwatch/core';

/** From fine to coarse. */
export const LEVELS = ['raw', 'minute', 'hour', 'day'] as const;
export type Level = (typeof LEVELS)[number];

/** Width of a bucket in µs. */
export const LEVEL_WIDTH: Readonly<Record<Exclude<Level, 'raw'>, number>> = {
  minute: 60 * MICROS_PER_SECOND,
  hour: 3600 * MICROS_PER_SECOND,
  day: MICROS_PER_DAY,
};

/** A part of a range that is read from one level: whole buckets, or single ticks. Half open, µs, may be infinite. */
export interface Piece {
  readonly level: Level;
  readonly from: number;
  readonly until: number;
}

/** A time of which minutes may have been dropped. Half open, µs. */
export interface NoMinutes {
  readonly from: number;
  readonly until: number;
}

export interface RangePlanOptions {
  /** The coarsest level that may be used. */
  readonly coarsest?: Level;
  /** Starts of minutes that must be read tick by tick, ascending. */
  readonly rawMinutes?: readonly number[];
  readonly noMinutes?: NoMinutes | undefined;
}

/**
 * Cuts `[from, until)` into the fewest pieces: whole buckets of the widest level that fits, finer ones towards the
 * edges, single ticks only within the two minutes at the edges. Pieces don't overlap and leave no gap.
 */
export function planRange(from: number, until: number, options: RangePlanOptions = {}): readonly Piece[] {
  const coarsest = LEVELS.indexOf(options.coarsest ?? 'day');
  const pieces: Piece[] = [];
  let at = from;
  for (const minute of options.rawMinutes ?? []) {
    const [low, high] = [Math.max(at, minute), Math.min(minute + LEVEL_WIDTH.minute, until)];
    if (low >= high) continue;
    cut(at, low, coarsest, pieces);
    pieces.push({ level: 'raw', from: low, until: high });
    at = high;
  }
  cut(at, until, coarsest, pieces);
  return joinRaw(withoutMinutes(pieces, options.noMinutes));
}

function cut(from: number, until: number, level: number, pieces: Piece[]): void {
  if (from >= until) return;
  const name = LEVELS[level] ?? 'raw';
  if (name === 'raw') {
    pieces.push({ level: 'raw', from, until });
    return;
  }
  const width = LEVEL_WIDTH[name];
  const first = Math.ceil(from / width) * width;
  const last = Math.floor(until / width) * width;
  if (first >= last) {
    cut(from, until, level - 1, pieces);
    return;
  }
  cut(from, first, level - 1, pieces);
  pieces.push({ level: name, from: first, until: last });
  cut(last, until, level - 1, pieces);
}

/** The same pieces, with single ticks in place of minutes that may not be there. */
function withoutMinutes(pieces: readonly Piece[], none: NoMinutes | undefined): readonly Piece[] {
  if (none === undefined) return pieces;
  return pieces.flatMap((piece): readonly Piece[] => {
    if (piece.level !== 'minute' || piece.until <= none.from || piece.from >= none.until) return [piece];
    const [from, until] = [Math.max(piece.from, none.from), Math.min(piece.until, none.until)];
    const parts: readonly Piece[] = [
      { ...piece, until: from },
      { level: 'raw', from, until },
      { ...piece, from: until },
    ];
    return parts.filter((part) => part.from < part.until);
  });
}

function joinRaw(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.level === 'raw' && piece.level === 'raw' && last.until === piece.from) {
      joined[joined.length - 1] = { level: 'raw', from: last.from, until: piece.until };
    } else joined.push(piece);
  }
  return joined;
}

/** The coarsest level whose buckets never lie across one of the moments. */
export function coarsestLevel(moments: readonly number[]): Level {
  const fits = (level: keyof typeof LEVEL_WIDTH): boolean => moments.every((time) => time % LEVEL_WIDTH[level] === 0);
  return fits('day') ? 'day' : fits('hour') ? 'hour' : fits('minute') ? 'minute' : 'raw';
}
