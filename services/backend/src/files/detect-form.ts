import { parsePrice, parseTime } from '@tickwatch/core';
import { knownNames, placesByName, placesInOrder } from './columns.ts';
import type { ColumnsOption, Field } from './columns-option.ts';
import { type DelimitedForm, DelimitedRows, SEPARATOR } from './delimited-rows.ts';
import { FileError, quoted } from './file-error.ts';
import { likelyColumns } from './likely-columns.ts';
import { hasMember, isMessage, MessageRows, membersOf } from './message-rows.ts';
import type { RowReader, RowSettings } from './rows.ts';
import { splitFields } from './split-fields.ts';

export interface FormOptions {
  readonly format?: 'csv' | 'ndjson' | 'messages' | undefined;
  readonly columns?: ColumnsOption | undefined;
  readonly delimiter?: string | undefined;
  readonly decimal?: '.' | ',' | undefined;
}

export interface DetectedForm {
  readonly reader: RowReader;
  /** What was seen, and what was taken for granted, for a person. */
  readonly seen: readonly string[];
  /** What the options give to rows that don't name it: with another stock, the same text is other ticks. */
  readonly scope: Scope;
}

export interface Scope {
  readonly stock?: string | undefined;
  readonly exchange?: string | undefined;
}

const DELIMITERS: Readonly<Record<string, string>> = { '\t': 'tabs', ';': ';', '|': '|', ',': ',' };

/**
 * Tells what form a text has by its first lines.
 * @param lines without blank ones; at least one
 * @throws FileError it has none that can be read; says what was seen
 */
export function detectForm(lines: readonly string[], options: FormOptions, settings: RowSettings): DetectedForm {
  const first = lines[0] ?? '';
  const format = options.format ?? formatOf(first.trim(), options, settings);
  if (format === 'ndjson')
    return {
      reader: new MessageRows(settings, options.columns),
      seen: [`JSON objects with members ${membersOf(first)}`],
      scope: scopeOf(settings, (field) => hasMember(first, field, options.columns)),
    };
  if (format === 'csv') return detectDelimited(lines, options, settings);
  if (settings.exchange === undefined) {
    throw new FileError(`lines as they come on a channel (${quoted(first)}): say on which with --exchange NAME`);
  }
  for (const [option, value] of Object.entries({
    'time-zone': settings.zone,
    stock: settings.stock,
    columns: options.columns,
  })) {
    if (value !== undefined)
      throw new FileError(`--${option} is for CSV and JSON, and these are messages (${quoted(first)})`);
  }
  return {
    reader: new MessageRows(settings, undefined),
    seen: ['messages as they come on a channel'],
    scope: { exchange: settings.exchange },
  };
}

function formatOf(
  first: string,
  { columns, delimiter }: FormOptions,
  settings: RowSettings,
): 'csv' | 'ndjson' | 'messages' {
  if (first.startsWith('{') || first.startsWith('[')) return 'ndjson';
  return columns === undefined && delimiter === undefined && isMessage(first, settings) ? 'messages' : 'csv';
}

function detectDelimited(lines: readonly string[], options: FormOptions, settings: RowSettings): DetectedForm {
  const named = SEPARATOR.exec(lines[0] ?? '')?.[1];
  const rows = lines.filter((line, i) => !isComment(line) && !(i === 0 && named !== undefined));
  const [first] = rows;
  if (first === undefined) throw new FileError('it holds comments only');
  const delimiter = options.delimiter ?? named ?? delimiterOf(rows);
  const header = cellsOf(first, delimiter);
  const seen = [`fields separated by ${DELIMITERS[delimiter] ?? delimiter}`];
  const { columns } = options;
  const given: Field[] = [
    ...(settings.stock === undefined ? [] : ['stock_name' as const]),
    ...(settings.exchange === undefined ? [] : ['exchange_name' as const]),
  ];
  const explained = <T>(find: () => T): T => {
    try {
      return find();
    } catch (error) {
      throw error instanceof FileError ? new FileError(`${seen.join('; ')}; ${error.message}`) : error;
    }
  };
  let hasHeader = true;
  let places: DelimitedForm['places'];
  if (columns?.kind === 'in order') {
    places = explained(() => placesInOrder(columns.fields, given));
    hasHeader = !isRow(header, places);
  } else {
    const byNumber = columns !== undefined && [...columns.names.values()].flat().every((name) => /^\d+$/.test(name));
    hasHeader = !looksLikeData(header) || (!byNumber && columns !== undefined);
    if (!hasHeader && !byNumber) {
      const command = likelyColumns(header, given);
      throw new FileError(
        `${seen.join('; ')}; no header: the first line is ${quoted(first)}. Name its columns in their order: --columns ${command}`,
      );
    }
    const found = explained(() => placesByName(header, columns, given));
    places = found.places;
    seen.push(...found.assumed.map((one) => `assumed: ${one}`));
  }
  if (hasHeader) seen.push(`columns ${header.map((name) => name.trim()).join(',')}`);
  const sample = rows.slice(hasHeader ? 1 : 0);
  refuseTimesOfDay(sample, delimiter, places.timestamp, seen);
  const decimal = options.decimal ?? decimalOf(sample, delimiter, places.price);
  if (decimal === ',' && options.decimal === undefined)
    seen.push('assumed: --decimal , (a comma in prices is the decimal mark)');
  const form: DelimitedForm = {
    delimiter,
    decimal,
    hasThousands: options.decimal !== undefined,
    places,
    header: hasHeader ? first : undefined,
    fields: header.length,
  };
  return {
    reader: new DelimitedRows(form, settings),
    seen,
    scope: scopeOf(settings, (field) => places[field] !== undefined),
  };
}

function scopeOf({ stock, exchange }: RowSettings, has: (field: 'stock_name' | 'exchange_name') => boolean): Scope {
  return { stock: has('stock_name') ? undefined : stock, exchange: has('exchange_name') ? undefined : exchange };
}

/** Some programs put a # in front of the header, too. */
function isComment(line: string): boolean {
  return line.startsWith('#') && Object.keys(DELIMITERS).every((delimiter) => knownNames(cellsOf(line, delimiter)) < 2);
}

function cellsOf(row: string, delimiter: string): readonly string[] {
  const split = splitFields(row, delimiter);
  return split !== 'open' && 'fields' in split ? split.fields : row.split(delimiter);
}

/** The character that cuts the lines into names of columns, or else into the same number of fields each. */
function delimiterOf(rows: readonly string[]): string {
  const sample = rows.slice(0, 20);
  let best = ',';
  let most = 0;
  for (const delimiter of Object.keys(DELIMITERS)) {
    const counts = sample.map((row) => cellsOf(row, delimiter).length);
    const fields = counts[0] ?? 1;
    if (fields < 2) continue;
    const alike = counts.filter((count) => count === fields).length / counts.length;
    const score = knownNames(cellsOf(sample[0] ?? '', delimiter)) * 10 + alike;
    if (score > most) [best, most] = [delimiter, score];
  }
  return best;
}

function looksLikeData(cells: readonly string[]): boolean {
  // A stock may be called OPEN, or LAST.
  if (knownNames(cells) > 1) return false;
  return cells.some((cell) => parsePrice(cell.trim()) !== undefined || parseTime(cell) !== undefined);
}

function isRow(cells: readonly string[], { price, timestamp }: DelimitedForm['places']): boolean {
  const time = timestamp.map((place) => cells[place] ?? '').join(' ');
  return /\d/.test(cells[price] ?? '') || parseTime(time) !== undefined;
}

/** A comma is the decimal mark where a price has one, no point, and it can't separate thousands. */
function decimalOf(sample: readonly string[], delimiter: string, place: number): '.' | ',' {
  if (delimiter === ',') return '.';
  const prices = sample.map((row) => (cellsOf(row, delimiter)[place] ?? '').trim());
  if (prices.some((price) => price.includes('.'))) return '.';
  const withComma = prices.filter((price) => /^-?\d+,\d+$/.test(price));
  return withComma.some((price) => !/^-?\d{1,3},\d{3}$/.test(price)) ? ',' : '.';
}

const YEAR_1980 = 315_532_800_000_000;

/** A column that was taken for the time by its name may hold times of day: 143000 would be a second of 1970. */
function refuseTimesOfDay(
  sample: readonly string[],
  delimiter: string,
  places: readonly number[],
  seen: readonly string[],
): void {
  if (!seen.some((one) => one.startsWith('assumed: timestamp'))) return;
  const texts = sample.map((row) => places.map((place) => cellsOf(row, delimiter)[place] ?? '').join(' '));
  const times = texts.flatMap((text) => parseTime(text) ?? []);
  if (times.length === 0 || times.some((time) => time >= YEAR_1980)) return;
  throw new FileError(
    `${seen.join('; ')}; but ${quoted(texts[0] ?? '')} is no time of today's markets. Say which columns hold it: --columns timestamp=COLUMN, or timestamp=DATE+TIME`,
  );
}
