import { MICROS_PER_DAY } from '@tickwatch/core';
import type { Level, Piece } from '../range-plan.ts';
import { type Parameters, timeText } from './parameters.ts';

/** Up to so many days are named one by one, so that the plan holds their partitions alone. */
const MAX_NAMED_DAYS = 100;

/** SQL of what is read: columns of a tick and of a rollup, and the condition on stock and exchange. */
export interface PieceColumns {
  readonly ticks: string;
  readonly rollups: string;
  readonly condition: string;
}

/**
 * SQL: parts that read any number of pieces, by one join a level with all the pieces of that level. Each piece is an index
 * range of its own, as where pieces are parts of the statement themselves.
 */
export function manyPieces(parameters: Parameters, pieces: readonly Piece[], columns: PieceColumns): string[] {
  const rollups = (['minute', 'hour', 'day'] as const).flatMap((level) => {
    const some = ofLevel(pieces, level);
    if (some.length === 0) return [];
    return [
      joined(parameters, some, `${columns.rollups} FROM price_rollups`, 'bucket', [
        columns.condition,
        `width = '${level}'`,
      ]),
    ];
  });
  return [...rollups, ...rawParts(parameters, ofLevel(pieces, 'raw'), columns)];
}

function ofLevel(pieces: readonly Piece[], level: Level): readonly Piece[] {
  return pieces.filter((piece) => piece.level === level);
}

/** Ticks of a day lie in one partition: a part of its own, with the day's bounds, plans and locks that one only. */
function rawParts(parameters: Parameters, pieces: readonly Piece[], { ticks, condition }: PieceColumns): string[] {
  const days = new Map<number, Piece[]>();
  for (const piece of pieces) {
    const day = Math.floor(piece.from / MICROS_PER_DAY);
    days.set(day, [...(days.get(day) ?? []), piece]);
  }
  const groups = days.size > MAX_NAMED_DAYS ? [pieces] : [...days.values()];
  return groups.map((some) => {
    const from = parameters.time(some[0]?.from ?? 0);
    const until = parameters.time(some.at(-1)?.until ?? 0);
    const bounds = [condition, `timestamp >= ${from}`, `timestamp < ${until}`];
    return joined(parameters, some, `${ticks} FROM unsealed_prices`, 'timestamp', bounds);
  });
}

function joined(
  parameters: Parameters,
  pieces: readonly Piece[],
  select: string,
  column: string,
  conditions: readonly string[],
): string {
  const times = (edge: 'from' | 'until'): string =>
    parameters.add(
      pieces.map((piece) => timeText(piece[edge])),
      'timestamptz[]',
    );
  return `SELECT found.* FROM unnest(${times('from')}, ${times('until')}) AS piece(from_time, until_time)
         CROSS JOIN LATERAL (SELECT ${select} WHERE ${conditions.join(' AND ')}
           AND ${column} >= piece.from_time AND ${column} < piece.until_time OFFSET 0) found`;
}
