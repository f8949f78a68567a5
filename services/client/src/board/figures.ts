import type { StockRow } from './stock-row.ts';

/** What the board can sort by, as numbers. NaN: not known. */
export type FigureName =
  | 'price'
  | 'change'
  | 'percent'
  | 'rate'
  | 'age'
  | 'previous'
  | 'open'
  | 'high'
  | 'low'
  | 'ticks'
  | 'time';

export function figureOf(row: StockRow, name: FigureName, nowMicros: number): number {
  switch (name) {
    case 'price':
      return row.price;
    case 'change':
      return row.change ?? Number.NaN;
    case 'percent':
      return row.changeRatio ?? Number.NaN;
    case 'rate':
      return row.rate(nowMicros) ?? Number.NaN;
    case 'age':
      return row.time === 0 ? Number.NaN : row.ageSeconds(nowMicros);
    case 'previous':
      return row.previousClose ?? Number.NaN;
    case 'open':
      return row.day?.open ?? Number.NaN;
    case 'high':
      return row.day?.high ?? Number.NaN;
    case 'low':
      return row.day?.low ?? Number.NaN;
    case 'ticks':
      return row.dayTicks ?? Number.NaN;
    case 'time':
      return row.time === 0 ? Number.NaN : row.time;
  }
}
