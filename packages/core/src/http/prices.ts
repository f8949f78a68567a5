import { type Static, Type } from 'typebox';
import { COLUMN_FORMATS, COLUMN_FORMATS_TEXT } from './column-formats.ts';
import { DecimalsParameter, ExchangeParameter, RangeParameters } from './parameters.ts';
import { Decimal, ExchangeName, OneOf, Timestamp } from './scalars.ts';

/** The most points that `points=` may ask for, and the most rows of a page. */
export const MAX_POINTS = 10_000;
export const MAX_PAGE_ROWS = 100_000;

export const PricePoint = Type.Object({ timestamp: Timestamp, price: Decimal, exchange_name: ExchangeName });
export type PricePoint = Static<typeof PricePoint>;

export const Prices = Type.Array(PricePoint);
export type Prices = Static<typeof Prices>;

/** Forms of an answer that are text. */
export const TEXT_FORMATS = ['json', 'ndjson', 'csv'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

export const PRICE_FORMATS = [...TEXT_FORMATS, ...COLUMN_FORMATS] as const;
export type PriceFormat = (typeof PRICE_FORMATS)[number];

export const PricesQuery = Type.Object({
  ...RangeParameters,
  exchange: ExchangeParameter,
  decimals: DecimalsParameter,
  order: Type.Optional(OneOf(['asc', 'desc'], { description: 'By time; default: `asc`.' })),
  format: Type.Optional(
    OneOf(PRICE_FORMATS, {
      description: `Overrides the \`Accept\` header. ${COLUMN_FORMATS_TEXT}`,
    }),
  ),
  csv_safe: Type.Optional(
    OneOf(['1', '0'], {
      description:
        '`1`: for spreadsheets, of CSV. A name that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe before it, so that it is shown and not run; times and prices, negative ones too, are as ever. Default: `0`, every name as it is.',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE_ROWS,
      description: 'Answer one page of so many rows; the header `Link` with `rel="next"` leads to the next one.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 1024, description: 'Where the page starts, from the `Link` of the page before. Opaque.' }),
  ),
  points: Type.Optional(
    Type.Integer({
      minimum: 4,
      maximum: MAX_POINTS,
      description:
        'For charts: at most so many ticks. The range is cut into columns and each keeps its first, last, lowest and highest tick; header `X-Resolution` says `raw` (nothing left out) or `reduced`.',
    }),
  ),
});
export type PricesQuery = Static<typeof PricesQuery>;
