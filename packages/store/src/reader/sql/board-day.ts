import { droppedPart, type MomentSpan } from '../moment/moment-span.ts';
import type { Span } from '../queries/range.ts';
import { LEVEL_WIDTH } from '../range-plan.ts';
import { timeText } from './parameters.ts';

/** A day in µs, and the placeholders that stand for its ends. */
export interface DaySpan extends Span {
  readonly first: string;
  readonly end: string;
  /** The placeholder of the exchanges whose day it is; without one: all others. */
  readonly exchanges?: string;
}

/** Whose figures are asked for. */
export interface AskedDays {
  /** The last one is that of all others. */
  readonly days: readonly DaySpan[];
  /** Whether a stock that has no tick in its day is in the totals' last day instead. */
  readonly lastDay: boolean;
  /** Of the board as it stood at a moment: rollups from its cut on don't count. */
  readonly span?: MomentSpan | undefined;
}

/**
 * SQL: adds the figures of a day, of each row its exchange's. Where the totals' last day (UTC) holds just the ticks of the
 * asked one, and the tick before it lies before both, the figures are there already; where the last tick lies before the
 * day, there are none. Only for other rows are they looked up: a CASE asks no more than it needs.
 */
export function withDay(known: string, { days, lastDay, span }: AskedDays, hasTail: boolean): string {
  const { is, previous, figures } = ofEach(days, span);
  const stored = (before: string, same: string, other: string): string =>
    `CASE WHEN day_is IN (0, 4) THEN ${before} WHEN day_is = 2 THEN ${other} ELSE ${same} END`;
  // OFFSET 0: what was looked up is not to be looked up again for each column that is made of it.
  return `SELECT *, ${hasTail ? joinedFigures(lastDay) : STORED_FIGURES}
    FROM (
      SELECT *, ${stored('0', 'day_count', 'coalesce(figures[1], 0)')}::bigint AS old_ticks,
        ${stored('NULL', 'day_open', 'figures[2]')} AS old_open, ${stored('NULL', 'day_high', 'figures[3]')} AS old_high,
        ${stored('NULL', 'day_low', 'figures[4]')} AS old_low,
        ${stored('NULL', 'extract(epoch FROM day_open_time)', 'figures[5]')} AS old_open_epoch,
        ${stored('stored_time', 'day_previous_time', '(previous).close_time')} AS old_time,
        ${stored('stored_seq', 'day_previous_seq', '(previous).close_seq')} AS old_seq,
        ${stored('stored_price', 'day_previous_price', '(previous).close')} AS old_price
      FROM (
        SELECT *, CASE day_is WHEN 2 THEN ${previous} END AS previous,
          CASE day_is WHEN 2 THEN ${figures} END AS figures
        FROM (SELECT *, ${lastDay ? orLastDay(is, hasTail) : `${is} AS day_is`} FROM (${known}) AS known) AS k OFFSET 0
      ) AS looked_up
    ) AS old`;
}

/** SQL: what is asked of each day, by the exchange of a row. */
function ofEach(days: readonly DaySpan[], span: MomentSpan | undefined): DayQuestions {
  const all = days.map((day) => ofDay(day, span));
  const pick = (question: keyof DayQuestions): string => {
    const cases = all.map((sql, i) => {
      const exchanges = days[i]?.exchanges;
      return exchanges === undefined
        ? `ELSE ${sql[question]}`
        : `WHEN exchange_name = ANY (${exchanges}) THEN ${sql[question]}`;
    });
    return cases.length === 1 ? (all[0]?.[question] ?? '') : `CASE ${cases.join(' ')} END`;
  };
  return { is: pick('is'), previous: pick('previous'), figures: pick('figures') };
}

interface DayQuestions {
  /** 0: the last tick lies before the day; 1: the totals' day is the asked one; 2: neither. */
  readonly is: string;
  /** The rollup of the last tick before the day. */
  readonly previous: string;
  /** Count, open, high, low and when it opened. */
  readonly figures: string;
}

function ofDay(day: DaySpan, span: MomentSpan | undefined): DayQuestions {
  const utc = `date_bin('1 day', ${day.first}, 'epoch')`;
  const is = `CASE WHEN stored_time IS NULL OR stored_time < ${day.first} THEN 0
    WHEN day_open_time >= ${day.first} AND stored_time < ${day.end}
      AND (day_previous_time IS NULL OR day_previous_time < ${day.first}) THEN 1 ELSE 2 END`;
  const last = (where: string): string => `(SELECT r FROM price_rollups AS r
    WHERE r.stock_name = k.stock_name AND r.exchange_name = k.exchange_name AND ${where} ORDER BY r.bucket DESC LIMIT 1)`;
  const hour = `date_bin('1 hour', ${day.first}, 'epoch')`;
  const previous = `coalesce(
    (SELECT r FROM minutes_between(k.stock_name, k.exchange_name, ${hour}, ${day.first}) AS r
      WHERE ${day.first} > ${hour} ORDER BY r.bucket DESC LIMIT 1),
    ${last(`r.width = 'hour' AND r.bucket >= ${utc} AND r.bucket < ${hour}`)},
    ${last(`r.width = 'day' AND r.bucket < ${utc}`)})`;
  const until = Math.min(day.until, span?.cut ?? day.until);
  const pieces = wholeHours({ from: Math.min(day.from, until), until }).map((piece) => {
    const [first, end] = [`timestamptz '${timeText(piece.from)}'`, `timestamptz '${timeText(piece.until)}'`];
    return piece.width === 'minute' && (span === undefined || droppedPart(piece, span.noMinutes) !== undefined)
      ? `SELECT * FROM minutes_between(k.stock_name, k.exchange_name, ${first}, ${end})`
      : `SELECT * FROM price_rollups AS r WHERE r.stock_name = k.stock_name AND r.exchange_name = k.exchange_name
          AND r.width = '${piece.width}' AND r.bucket >= ${first} AND r.bucket < ${end}`;
  });
  if (pieces.length === 0) return { is, previous, figures: 'NULL::numeric[]' };
  const figures = `(SELECT ARRAY[sum(count), (array_agg(open ORDER BY bucket))[1], max(high), min(low),
    extract(epoch FROM min(open_time))] FROM (${pieces.join(' UNION ALL ')}) AS parts)`;
  return { is, previous, figures };
}

const UTC_DAY = (time: string): string => `date_bin('1 day', ${time}, 'epoch')`;

/**
 * SQL: 3 instead of 0 where the last of all ticks lies before the day; 4 where the tail's last day is later than the totals'.
 * Then also whether what the tail adds is of that day.
 */
function orLastDay(is: string, hasTail: boolean): string {
  const totals = UTC_DAY('day_open_time');
  const isLater = hasTail ? `last_day IS NOT NULL AND (stored_time IS NULL OR last_day > ${totals})` : 'false';
  const isBefore = `((${is}) = 0 AND coalesce(last_time <= greatest(stored_time, before_time), false))`;
  const which = `CASE WHEN NOT (${isBefore}) THEN ${is} WHEN ${isLater} THEN 4 ELSE 3 END`;
  return `${which} AS day_is, ${hasTail ? `${isBefore} AND (${isLater} OR last_day = ${totals})` : 'false'} AS adds_last`;
}

const STORED_FIGURES = `old_ticks AS ticks, old_open AS open, old_high AS high, old_low AS low, old_time AS previous_time,
  old_price AS previous_price`;

/** SQL: the figures with what the tail adds to them. */
function joinedFigures(lastDay: boolean): string {
  const added = (column: string): string =>
    lastDay ? `(CASE WHEN adds_last THEN last_${column} ELSE added_${column} END)` : `added_${column}`;
  const before = (column: string): string =>
    lastDay ? `(CASE WHEN adds_last THEN earlier_${column} ELSE before_${column} END)` : `before_${column}`;
  const isOpen = `old_open IS NULL OR extract(epoch FROM ${added('open_time')}) < old_open_epoch`;
  const isLater = `${before('time')} IS NOT NULL AND (old_time IS NULL
    OR (${before('time')}, ${before('seq')}, ${before('price')}) > (old_time, old_seq, old_price))`;
  return `old_ticks + ${added('ticks')} AS ticks, greatest(old_high, ${added('high')}) AS high,
  least(old_low, ${added('low')}) AS low,
  CASE WHEN ${added('open')} IS NOT NULL AND (${isOpen}) THEN ${added('open')} ELSE old_open END AS open,
  CASE WHEN ${isLater} THEN ${before('time')} ELSE old_time END AS previous_time,
  CASE WHEN ${isLater} THEN ${before('price')} ELSE old_price END AS previous_price`;
}

/** A day in hours (UTC), and in minutes at its ends where its zone is off by a part of an hour. */
function wholeHours({ from, until }: Span): readonly (Span & { readonly width: 'minute' | 'hour' })[] {
  const hour = LEVEL_WIDTH.hour;
  const [first, last] = [Math.ceil(from / hour) * hour, Math.floor(until / hour) * hour];
  if (first > last) return [{ width: 'minute', from, until }];
  const pieces = [
    { width: 'minute', from, until: first },
    { width: 'hour', from: first, until: last },
    { width: 'minute', from: last, until },
  ] as const;
  return pieces.filter((piece) => piece.from < piece.until);
}
