import {
  type EpochMicros,
  isExchangeName,
  MAX_SYMBOL_LENGTH,
  MICROS_PER_DAY,
  parsePrice,
  parseTime,
  type Rejection,
  type RejectionReason,
  type Tick,
} from '@tickwatch/core';

/** What a line of a file says. */
export type Row = { readonly ok: true; readonly tick: Tick } | ({ readonly ok: false } & Rejection);

/** Reads the lines after the first. `undefined`: an empty line, which is nothing. */
export type RowParser = (line: string) => Row | undefined;

const COLUMNS = ['timestamp', 'stock_name', 'exchange_name', 'price'] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Tells by its first line whether a file is CSV (a header, then rows; columns in any order, more are ignored) or NDJSON.
 * @returns the parser, and whether the first line is a row already; `undefined`: neither
 */
export function rowParserFor(
  firstLine: string,
  now: EpochMicros,
): { readonly parse: RowParser; readonly firstIsRow: boolean } | undefined {
  if (firstLine.trimStart().startsWith('{')) return { parse: (line) => parseJsonRow(line, now), firstIsRow: true };
  const header = splitCsv(firstLine).map((name) => name.trim().toLowerCase());
  const places = COLUMNS.map((name) => header.indexOf(name));
  if (places.includes(-1)) return undefined;
  const place = Object.fromEntries(COLUMNS.map((name, i) => [name, places[i] ?? 0])) as Record<Column, number>;
  return { parse: (line) => parseCsvRow(line, place, now), firstIsRow: false };
}

function parseCsvRow(line: string, place: Readonly<Record<Column, number>>, now: EpochMicros): Row | undefined {
  if (line === '') return undefined;
  const fields = line.includes('"') ? splitCsv(line) : line.split(',');
  const field = (name: Column): string => fields[place[name]] ?? '';
  return toRow(field('stock_name'), field('exchange_name'), field('price'), field('timestamp'), now);
}

/** Fields of a line; `"` quotes and `""` stands for one quote. A quoted field can't hold a line break. */
function splitCsv(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"|([^,]*))(?=,|$)/g)) {
    fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  }
  return fields;
}

function parseJsonRow(line: string, now: EpochMicros): Row | undefined {
  if (line.trim() === '') return undefined;
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    row = undefined;
  }
  if (typeof row !== 'object' || row === null) return rejected('bad_form', 'the line is no JSON object');
  const members = row as Readonly<Record<string, unknown>>;
  const text = (name: Column): string => {
    const value = members[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  // JSON.parse would take a number through a float: its digits come from the line itself.
  const digits = typeof members.price === 'number' ? NUMBER_PRICE.exec(line)?.[1] : undefined;
  return toRow(text('stock_name'), text('exchange_name'), digits ?? text('price'), text('timestamp'), now);
}

const NUMBER_PRICE = /"price"\s*:\s*(-?[\d.eE+-]+)/;

function toRow(stock: string, exchange: string, priceText: string, timeText: string, now: EpochMicros): Row {
  const name = stock.trim();
  if (name === '') return rejected('bad_symbol', 'the stock name is empty');
  if (CONTROL.test(name)) return rejected('bad_symbol', 'the stock name contains a control character');
  if ([...name].length > MAX_SYMBOL_LENGTH) {
    return rejected('bad_symbol', `the stock name has more than ${MAX_SYMBOL_LENGTH} characters`);
  }
  if (!isExchangeName(exchange.trim())) return rejected('bad_form', 'the exchange name is not usable');
  const price = parsePrice(priceText.trim());
  if (price === undefined) return rejected('bad_price', 'the price is not a finite decimal > 0');
  const time = parseTime(timeText);
  if (time === undefined) return rejected('bad_time', 'the time is not readable');
  if (time < 0 || time > now + MICROS_PER_DAY) return rejected('bad_time', 'the time lies outside 1970 … now + 1 day');
  return { ok: true, tick: { stock: name, exchange: exchange.trim(), price, time } };
}

const CONTROL = /\p{Cc}/u;

function rejected(reason: RejectionReason, detail: string): Row {
  return { ok: false, reason, detail };
}
