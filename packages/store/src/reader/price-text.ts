import type { TextFormat } from '@tickwatch/core';

export interface PriceText {
  readonly order: 'asc' | 'desc';
  readonly format: TextFormat;
  readonly decimals: 'number' | 'string';
  /** First line with the names of the columns; CSV only. Default: true. */
  readonly header?: boolean;
  /** Names that a spreadsheet would run get an apostrophe before them; CSV only. Default: false. */
  readonly spreadsheetSafe?: boolean;
}

/** The text around a tick's time and price: `beforeTime` TIME `beforePrice` PRICE `afterPrice`. */
export interface RowText {
  readonly beforeTime: string;
  readonly beforePrice: string;
  readonly afterPrice: string;
}

export const CSV_HEADER = 'timestamp,stock_name,exchange_name,price\n';

/** How a row of a stock on an exchange is written. Rows of JSON start with a comma; the first one's is the bracket. */
export function rowText(text: PriceText, stock: string, exchange: string): RowText {
  const { format, decimals, spreadsheetSafe = false } = text;
  if (format === 'csv') {
    const [name, of] = spreadsheetSafe ? [inert(stock), inert(exchange)] : [stock, exchange];
    return { beforeTime: '', beforePrice: `,${csvField(name)},${csvField(of)},`, afterPrice: '\n' };
  }
  const quote = decimals === 'string' ? '"' : '';
  const name = format === 'ndjson' ? `"stock_name":${JSON.stringify(stock)},` : '';
  return {
    beforeTime: format === 'json' ? ',{"timestamp":"' : '{"timestamp":"',
    beforePrice: `",${name}"price":${quote}`,
    afterPrice: `${quote},"exchange_name":${JSON.stringify(exchange)}}\n`,
  };
}

/** What stands before the first row, in place of so many of its own first characters, and after the last one. */
export function frameText({ format, header = true }: PriceText, anyRows: boolean) {
  if (format === 'json') return { open: '[', skip: anyRows ? 1 : 0, close: ']\n' };
  return { open: format === 'csv' && header ? CSV_HEADER : '', skip: 0, close: '' };
}

/** A cell that begins so is a formula to a spreadsheet, and with an apostrophe before it a text. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) || text === '\\.' ? `"${text.replaceAll('"', '""')}"` : text;
}
