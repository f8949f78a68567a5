import { parsePrice } from '@tickwatch/core';
import type { ColumnName } from './columns.ts';
import { type FigureName, figureOf } from './figures.ts';
import type { StockRow } from './stock-row.ts';

interface Field {
  /** As the API calls it. */
  readonly header: string;
  readonly text: (row: StockRow, nowMicros: number) => string;
}

const STOCK: readonly Field[] = [
  { header: 'stock_name', text: ({ stock }) => inert(stock) },
  { header: 'exchange_name', text: ({ exchange }) => inert(exchange) },
];
const TIMESTAMP: Field = { header: 'timestamp', text: ({ time }) => (time === 0 ? '' : isoText(time)) };

/** What stands for a column in a file; a picture and what another column says already are nothing there. */
const FIELDS: Readonly<Record<ColumnName, readonly Field[]>> = {
  price: [exact('price', 'price')],
  change: [{ header: 'change', text: ({ change, digits }) => (change === undefined ? '' : change.toFixed(digits)) }],
  percent: [
    {
      header: 'change_percent',
      text: ({ changeRatio }) => (changeRatio === undefined ? '' : (changeRatio * 100).toFixed(4)),
    },
  ],
  spark: [],
  range: [exact('low', 'low'), exact('high', 'high')],
  rate: [exact('ticks_per_minute', 'rate')],
  age: [TIMESTAMP],
  previous: [exact('previous_close', 'previous')],
  open: [exact('open', 'open')],
  high: [exact('high', 'high')],
  low: [exact('low', 'low')],
  ticks: [exact('ticks', 'ticks')],
  exchange: [],
  time: [TIMESTAMP],
};

/** The board as CSV (RFC 4180): a line for each row in its order, a field for each shown column. */
export function boardCsv(rows: readonly StockRow[], columns: readonly ColumnName[], nowMicros: number): string {
  const named = new Map(
    [...STOCK, ...columns.flatMap((column) => FIELDS[column])].map((field) => [field.header, field]),
  );
  const fields = [...named.values()];
  const lines = [
    fields.map(({ header }) => header),
    ...rows.map((row) => fields.map(({ text }) => quoted(text(row, nowMicros)))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

/** Hands the file to the browser to save. */
export function saveBoard(rows: readonly StockRow[], columns: readonly ColumnName[], now: number): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([boardCsv(rows, columns, now * 1000)], { type: 'text/csv;charset=utf-8' }));
  link.download = `board_${new Date(now).toISOString().slice(0, 19).replaceAll(':', '')}Z.csv`;
  link.click();
  // The browser reads the blob after the click; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A figure with every digit that is known, without an exponent. */
function exact(header: string, name: FigureName): Field {
  return {
    header,
    text: (row, nowMicros) => {
      const figure = figureOf(row, name, nowMicros);
      return Number.isNaN(figure) ? '' : (parsePrice(String(figure), { signed: true }) ?? String(figure));
    },
  };
}

/** A name that begins so is a formula to a spreadsheet; with an apostrophe before it a text, as `csv_safe=1` of the API. */
function inert(name: string): string {
  return /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `2026-11-22T14:05:09.123456Z`. */
function isoText(micros: number): string {
  const seconds = new Date(Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}Z`;
}
