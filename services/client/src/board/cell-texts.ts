import { countText, percentText, priceText, signedText } from '../format/number-text.ts';
import { ageText, dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import type { Freshness, StockRow } from './stock-row.ts';

export interface CellFacts {
  readonly nowMicros: number;
  readonly freshness: Freshness;
}

const UNKNOWN = '–';
const SIGNS = { '1': '▲', '-1': '▼', '0': '·' } as const;

/** What a row's cells say, by the name that the cell has as `data-cell`. What is not known is a dash. */
export const CELL_TEXTS: Readonly<Record<string, (row: StockRow, facts: CellFacts) => string>> = {
  sign: ({ direction }) => SIGNS[direction],
  price: (row) => price(row, row.price),
  change: ({ change, digits }) => (change === undefined ? UNKNOWN : signedText(change, digits)),
  percent: ({ changeRatio }) => (changeRatio === undefined ? UNKNOWN : percentText(changeRatio)),
  previous: (row) => price(row, row.previousClose),
  open: (row) => price(row, row.day?.open),
  high: (row) => price(row, row.day?.high),
  low: (row) => price(row, row.day?.low),
  ticks: ({ dayTicks }) => count(dayTicks),
  rate: (row, { nowMicros }) => count(row.rate(nowMicros)),
  age: (row, { nowMicros, freshness }) => {
    if (row.time === 0) return UNKNOWN;
    return freshness === 'closed' ? 'closed' : ageText(row.ageSeconds(nowMicros));
  },
  time: ({ time }) => (time === 0 ? UNKNOWN : dateTimeText(zone.peek(), time)),
};

function price({ digits }: StockRow, value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? UNKNOWN : priceText(value, digits);
}

function count(value: number | undefined): string {
  return value === undefined ? UNKNOWN : countText(value);
}
