import {
  DEFAULT_FUTURE_TOLERANCE_MS,
  type EpochMicros,
  isExchangeName,
  namedZone,
  nowMicros,
  type Rejection,
  symbolProblem,
  type Tick,
  type TickContext,
  type TickRules,
  type TimeZone,
} from '@tickwatch/core';
import { FileError } from './file-error.ts';
import type { ImportOptions } from './import-types.ts';
import type { Line } from './line-reader.ts';

/** What a row of a file says. */
export type Row = { readonly ok: true; readonly tick: Tick } | RejectedRow;

/** With what can be read of whose tick it may have been. */
export interface RejectedRow extends Rejection {
  readonly ok: false;
  readonly stock?: string | undefined;
  readonly exchange?: string | undefined;
  readonly time?: EpochMicros | undefined;
}

/** Gets what a row says, and the line that it begins in. */
export type TakeRow = (row: Row, line: Line) => void;

/** Reads the rows of one form, line by line. */
export interface RowReader {
  read(line: Line, take: TakeRow): void;
  /** True while a row goes on in the next line. */
  readonly isWithin: boolean;
  /** There are no more lines. */
  end(take: TakeRow): void;
}

/** What holds for all rows of a file. */
export interface RowSettings {
  readonly now: EpochMicros;
  readonly toleranceMicros: number;
  /** What a time without a zone is read in. */
  readonly zone: TimeZone | undefined;
  /** Of rows that don't name one. */
  readonly stock: string | undefined;
  readonly exchange: string | undefined;
  readonly rulesOf: (exchange: string) => TickRules;
}

/**
 * How ticks of a file are judged. No time is half a µs behind a whole one: so a tick that got it, for the want of one of its
 * own, is known by it.
 */
export function contextsOf({ now, toleranceMicros, zone, rulesOf }: RowSettings): (exchange: string) => TickContext {
  const receivedAt = (now + 0.5) as EpochMicros;
  const known = new Map<string, TickContext>();
  return (exchange) => {
    let context = known.get(exchange);
    if (context === undefined) {
      if (known.size >= MAX_CONTEXTS) known.clear();
      context = { receivedAt, latest: receivedAt + toleranceMicros, zone, ...rulesOf(exchange) };
      known.set(exchange, context);
    }
    return context;
  };
}

const MAX_CONTEXTS = 1000;

/** The year 10000. */
const FAR = 253_402_300_800_000_000;

export const NO_TIME: RejectedRow = {
  ok: false,
  reason: 'bad_time',
  detail: 'it has no time; only a message that comes on a channel may leave it out',
};

export function rejected(reason: Rejection['reason'], detail: string): RejectedRow {
  return { ok: false, reason, detail };
}

/** A rejected row with what else stands in it, as far as that can be true. */
export function withNames(
  row: RejectedRow,
  stock: string,
  exchange: string,
  time: EpochMicros | undefined,
): RejectedRow {
  const symbol = stock.trim();
  return {
    ...row,
    stock: row.reason === 'bad_symbol' || symbolProblem(symbol) !== undefined ? undefined : symbol,
    exchange: isExchangeName(exchange) ? exchange : undefined,
    time: row.reason === 'bad_time' || time === undefined || !(time >= 0 && time < FAR) ? undefined : time,
  };
}

/** `undefined`: it can be one. */
export function exchangeProblem(name: string): string | undefined {
  if (isExchangeName(name)) return undefined;
  if (name === '') return 'it names no exchange: say which with --exchange';
  return `the exchange ${JSON.stringify(name.slice(0, 60))} is not usable: letters, digits, ".", "_" and "-", at most 32`;
}

/** What a line that can't be read is rejected as. */
export function unreadable({ problem }: Line): Row {
  return problem === 'too_long'
    ? rejected('too_long', 'the line has more than 256 KiB')
    : rejected('not_text', 'the line is not UTF-8 text; --encoding says what it is (latin1, for one)');
}

/** @throws FileError there is no such time zone */
export function settingsOf({ stock, exchange, timeZone, futureToleranceMs, rulesOf }: ImportOptions): RowSettings {
  const zone = timeZone === undefined ? undefined : namedZone(timeZone);
  if (timeZone !== undefined && zone === undefined) {
    throw new FileError(`--time-zone ${JSON.stringify(timeZone)} is none: give a name of IANA's, as America/New_York`);
  }
  const toleranceMicros = (futureToleranceMs ?? DEFAULT_FUTURE_TOLERANCE_MS) * 1000;
  return { now: nowMicros(), toleranceMicros, zone, stock, exchange, rulesOf: rulesOf ?? (() => ({})) };
}
