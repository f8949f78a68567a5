import { judgeTick, parseTime, type TickContext } from '@tickwatch/core';
import type { Places } from './columns.ts';
import type { Line } from './line-reader.ts';
import {
  contextsOf,
  exchangeProblem,
  NO_TIME,
  type Row,
  type RowReader,
  type RowSettings,
  rejected,
  type TakeRow,
  unreadable,
  withNames,
} from './rows.ts';
import { splitFields } from './split-fields.ts';

export interface DelimitedForm {
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  /** True: the decimal mark was named, so the other one separates thousands. */
  readonly hasThousands: boolean;
  readonly places: Places;
  /** The text of the header, which is no row wherever it comes again. */
  readonly header: string | undefined;
  /** Of every row. */
  readonly fields: number;
}

/** How Excel names the delimiter, in a first line. */
export const SEPARATOR = /^"?sep=(.)"?$/i;
/** A quoted field of so many lines is one that was not closed. */
const MAX_LINES = 100;

/** Rows of fields that something separates. */
export class DelimitedRows implements RowReader {
  readonly #form: DelimitedForm;
  readonly #settings: RowSettings;
  readonly #contextOf: (exchange: string) => TickContext;
  readonly #price: (text: string) => string;
  /** Lines of a row whose last field is not closed yet. */
  #open: Line[] = [];

  constructor(form: DelimitedForm, settings: RowSettings) {
    this.#form = form;
    this.#settings = settings;
    this.#contextOf = contextsOf(settings);
    this.#price = priceReader(form);
  }

  get isWithin(): boolean {
    return this.#open.length > 0;
  }

  read(line: Line, take: TakeRow): void {
    if (this.#open.length > 0) this.#goOn(line, take);
    else if (line.text === undefined) take(unreadable(line), line);
    else this.#begin(line, line.text, take);
  }

  end(take: TakeRow): void {
    while (this.#open.length > 0) this.#giveUp('a quote opens in this line and is not closed', take);
  }

  #begin(line: Line, text: string, take: TakeRow): void {
    if (text === this.#form.header || text.trim() === '') return;
    if (line.number === 1 && SEPARATOR.test(text)) return;
    const split = splitFields(text, this.#form.delimiter);
    if (text.startsWith('#') && !(split !== 'open' && 'fields' in split && split.fields.length === this.#form.fields))
      return;
    if (split === 'open') this.#open.push(line);
    else take('problem' in split ? rejected('bad_form', split.problem) : this.#row(split.fields), line);
  }

  #goOn(line: Line, take: TakeRow): void {
    this.#open.push(line);
    const texts = this.#open.map(({ text }) => text);
    if (line.text?.includes('"') === true) {
      const split = splitFields(texts.join('\n'), this.#form.delimiter);
      if (split !== 'open' && 'fields' in split && split.fields.length === this.#form.fields) {
        const [first] = this.#open;
        this.#open = [];
        take(this.#row(split.fields), first as Line);
      } else if (split !== 'open')
        this.#giveUp('a quote opens in this line and is not closed in front of a delimiter', take);
    } else if (line.text === undefined || this.#open.length >= MAX_LINES) {
      this.#giveUp(`a quote opens in this line and is not closed within the next ${this.#open.length}`, take);
    }
  }

  /** Only the line with the quote is no row; those behind it are read for themselves. */
  #giveUp(detail: string, take: TakeRow): void {
    const [first, ...rest] = this.#open;
    this.#open = [];
    take(rejected('bad_form', detail), first as Line);
    for (const line of rest) this.read(line, take);
  }

  #row(cells: readonly string[]): Row {
    const { places, fields } = this.#form;
    if (cells.length !== fields && !isPadded(cells, fields)) {
      const comma =
        this.#form.delimiter === ',' && cells.length > fields ? ' (a price with a comma has to be quoted)' : '';
      return rejected('bad_form', `it has ${cells.length} fields, where ${fields} are expected${comma}`);
    }
    const cell = (place: number | undefined): string => (place === undefined ? '' : (cells[place] ?? '').trim());
    const exchange = cell(places.exchange_name) || (this.#settings.exchange ?? '');
    const timeText = places.timestamp.length === 1 ? cell(places.timestamp[0]) : places.timestamp.map(cell).join(' ');
    const time = parseTime(timeText, this.#settings.zone);
    const stock = cell(places.stock_name) || (this.#settings.stock ?? '');
    const tick = judgeTick(stock, this.#price(cell(places.price)), time, timeText, this.#contextOf(exchange));
    if (!tick.ok) {
      return withNames(tick.reason === 'bad_time' && timeText.trim() === '' ? NO_TIME : tick, stock, exchange, time);
    }
    const problem = exchangeProblem(exchange);
    if (problem !== undefined) return withNames(rejected('bad_form', problem), stock, exchange, time);
    return { ok: true, tick: { stock: tick.stock, exchange, price: tick.price, time: tick.time } };
  }
}

/** Some programs end every row with a delimiter. */
function isPadded(cells: readonly string[], fields: number): boolean {
  return cells.length > fields && cells.slice(fields).every((cell) => cell.trim() === '');
}

const THOUSANDS_BY_POINT = /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/;
const THOUSANDS_BY_COMMA = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;

/** Makes the price a plain decimal; what it can't be comes back as it is, and is refused. */
function priceReader({ decimal, hasThousands }: DelimitedForm): (text: string) => string {
  if (decimal === ',') {
    return (text) => {
      if (!text.includes('.')) return text.replace(',', '.');
      return hasThousands && THOUSANDS_BY_POINT.test(text) ? text.replaceAll('.', '').replace(',', '.') : `${text} `;
    };
  }
  return (text) => (hasThousands && THOUSANDS_BY_COMMA.test(text) ? text.replaceAll(',', '') : text);
}
