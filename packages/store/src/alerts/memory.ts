import {
  type DecimalText,
  type EpochMicros,
  formatMicros,
  laneOfStock,
  MICROS_PER_DAY,
  type PriceSpan,
  type StockMemory,
} from '@tickwatch/core';
import type pg from 'pg';
import * as sql from '../statements/alert-memory-statements.ts';
import { isAnswer } from '../store-errors.ts';
import type { MemoryQuestion } from './alert-rows.ts';

/** A stock and its newest tick. */
interface Known {
  readonly stock: string;
  readonly last: StockMemory['last'];
  readonly ticksOfMinute: number;
  readonly isAhead: boolean;
}

interface StockRow {
  readonly stock: string;
  readonly time: string;
  readonly price: string;
  readonly seq: string;
  readonly ticks: string;
  readonly is_ahead: boolean;
}

interface SpanRow {
  readonly stock: string;
  readonly time: string;
  readonly price?: string;
  readonly low?: string;
  readonly high?: string;
}

/** So many that a statement takes a second or two at 10,000 ticks/s, and stocks that are silent for long come together. */
const STOCKS_A_STATEMENT = 100;
const MICROS = 1_000_000;
/** Before a tick that is dated ahead, the last one that is not is looked for within so much. */
const AHEAD_MICROS = MICROS_PER_DAY;

type Spans = ReadonlyMap<string, readonly PriceSpan[]>;
const NONE: Spans = new Map();

/**
 * What is stored of the stocks of a lane, as far as rules need it. Prices that a later one of the stock is beyond, on both
 * sides, are left out: no window that is still to come has its lowest or highest there.
 */
export async function readMemory(
  client: pg.ClientBase,
  question: MemoryQuestion,
  onBegun: () => void = () => {},
): Promise<readonly StockMemory[]> {
  await client.query(sql.BEGIN_MEMORY);
  try {
    const memory = await readAll(client, question, onBegun);
    await client.query('COMMIT');
    return memory;
  } catch (error) {
    if (isAnswer(error)) await client.query('ROLLBACK');
    throw error;
  }
}

async function readAll(
  client: pg.ClientBase,
  question: MemoryQuestion,
  onBegun: () => void,
): Promise<readonly StockMemory[]> {
  const { exchange, lane, lanes, stocks, tickSeconds, minuteSeconds, days } = question;
  const { rows } = await client.query<StockRow>(sql.MEMORY_STOCKS, [exchange, stocks ?? null]);
  onBegun();
  const isInLane = lanes > 0 ? (stock: string) => laneOfStock(stock, lanes) === lane : await dealtTo(client, question);
  const known = rows.filter(({ stock }) => isInLane(stock)).map(toKnown);
  const memory: StockMemory[] = [];
  for (let i = 0; i < known.length; i += STOCKS_A_STATEMENT) {
    const some = known.slice(i, i + STOCKS_A_STATEMENT);
    const since = (statement: string, ofStocks: readonly Known[], micros: number): Promise<Spans> =>
      readSince(client, statement, exchange, ofStocks, ({ last }) => last.time - micros);
    const ticks = tickSeconds === 0 ? NONE : await since(sql.MEMORY_TICKS, some, tickSeconds * MICROS);
    const minutes = minuteSeconds <= tickSeconds ? NONE : await since(sql.MEMORY_MINUTES, some, minuteSeconds * MICROS);
    const ofDays = days === 0 ? NONE : await readDays(client, exchange, some, days);
    const ahead = await readAhead(client, exchange, some);
    for (const { stock, last, ticksOfMinute } of some) {
      const ticksFrom = last.time - tickSeconds * MICROS;
      const before = (minutes.get(stock) ?? []).filter(({ time }) => tickSeconds === 0 || time < ticksFrom);
      memory.push({
        stock,
        last: ahead.get(stock) ?? last,
        spans: [...before, ...(ticks.get(stock) ?? [])],
        days: ofDays.get(stock) ?? [],
        ticksOfMinute,
      });
    }
  }
  return memory;
}

/** Where the source deals the stocks: those whose ticks came in the lane, as far as it was dealt over as many lanes. */
async function dealtTo(
  client: pg.ClientBase,
  { exchange, lane, lanes }: MemoryQuestion,
): Promise<(stock: string) => boolean> {
  const { rows } = await client.query<{ stock: string }>(sql.MEMORY_STOCKS_OF_LANE, [exchange, lane, lanes]);
  const stocks = new Set(rows.map(({ stock }) => stock));
  return (stock) => stocks.has(stock);
}

async function readSince(
  client: pg.ClientBase,
  statement: string,
  exchange: string,
  stocks: readonly Known[],
  sinceOf: (known: Known) => number,
): Promise<Spans> {
  return group((await client.query<SpanRow>(statement, parametersOf(exchange, stocks, sinceOf))).rows);
}

function parametersOf(exchange: string, stocks: readonly Known[], sinceOf: (known: Known) => number): unknown[] {
  const since = stocks.map((known) => Math.max(0, sinceOf(known)));
  // The minute that the first moment lies in is read as a whole.
  const first = Math.max(0, Math.min(...since) - 60 * MICROS);
  return [
    stocks.map(({ stock }) => stock),
    exchange,
    since.map((time) => formatMicros(time as EpochMicros)),
    formatMicros(first as EpochMicros),
  ];
}

async function readDays(
  client: pg.ClientBase,
  exchange: string,
  stocks: readonly Known[],
  days: number,
): Promise<Spans> {
  const firstDay = ({ last }: Known): number => (Math.floor(last.time / MICROS_PER_DAY) - days) * MICROS_PER_DAY;
  const parameters = parametersOf(exchange, stocks, firstDay).slice(0, 3);
  return group((await client.query<SpanRow>(sql.MEMORY_DAYS, parameters)).rows);
}

/** The last tick of stocks that have some dated ahead. */
async function readAhead(
  client: pg.ClientBase,
  exchange: string,
  stocks: readonly Known[],
): Promise<ReadonlyMap<string, StockMemory['last']>> {
  const some = stocks.filter(({ isAhead }) => isAhead);
  if (some.length === 0) return new Map();
  const parameters = parametersOf(exchange, some, ({ last }) => last.time - AHEAD_MICROS);
  const { rows } = await client.query<Omit<StockRow, 'ticks' | 'is_ahead'>>(sql.MEMORY_AHEAD, parameters);
  return new Map(rows.map((row) => [row.stock, toLast(row)]));
}

function group(rows: readonly SpanRow[]): Spans {
  const found = new Map<string, PriceSpan[]>();
  for (const { stock, time, price, low = price, high = price } of rows) {
    const span = { time: Number(time) as EpochMicros, low: low as DecimalText, high: high as DecimalText };
    const spans = found.get(stock);
    if (spans === undefined) found.set(stock, [span]);
    else spans.push(span);
  }
  return found;
}

function toKnown(row: StockRow): Known {
  return { stock: row.stock, last: toLast(row), ticksOfMinute: Number(row.ticks), isAhead: row.is_ahead };
}

function toLast({ time, price, seq }: Omit<StockRow, 'ticks' | 'is_ahead'>): StockMemory['last'] {
  return { time: Number(time) as EpochMicros, price: price as DecimalText, seq: Number(seq) };
}
