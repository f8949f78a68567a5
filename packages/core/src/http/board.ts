import { type Static, Type } from 'typebox';
import { DecimalsParameter, ExchangeParameter } from './parameters.ts';
import { Decimal, Nullable, OneOf, Timestamp } from './scalars.ts';
import { latestMembers, StockCursor } from './stocks.ts';

export const BOARD_SORTS = ['name', 'price', 'time', 'change', 'change_percent', 'ticks'] as const;

/** The most rows of a page. */
export const MAX_BOARD_ROWS = 1000;

/** The most names that `stocks` may list. */
export const MAX_BOARD_STOCKS = 1000;

export const BoardQuery = Type.Object({
  exchange: ExchangeParameter,
  stocks: Type.Optional(
    Type.Union([Type.String({ maxLength: 100_000 }), Type.Array(Type.String({ maxLength: 255 }))], {
      description: `Only these stocks: up to ${MAX_BOARD_STOCKS} names between commas, or the parameter several times with a name each.`,
      examples: ['AAPL,TSLA'],
    }),
  ),
  timezone: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        'IANA name; where the day begins that the figures are of. Default: an exchange that has a calendar (`/api/sessions`) is in the day it last opened on, until it opens on another; for others: UTC.',
      examples: ['America/New_York'],
    }),
  ),
  sort: Type.Optional(OneOf(BOARD_SORTS, { description: 'Default: `name`. Rows without a value come last.' })),
  order: Type.Optional(OneOf(['asc', 'desc'], { description: 'Default: `asc` for names, else `desc`.' })),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_BOARD_ROWS,
      description: 'Rows of a page, default: 100; the header `Link` with `rel="next"` leads to the next one.',
    }),
  ),
  cursor: StockCursor,
  decimals: DecimalsParameter,
});
export type BoardQuery = Static<typeof BoardQuery>;

/** A stock on an exchange as a board shows it. Figures of a day that has no tick yet are null. */
export const BoardRow = Type.Object({
  ...latestMembers,
  previous_close: Type.Union([Decimal, Type.Null()], {
    description:
      'The last price before the day began: of an exchange that has a calendar, where no `timezone` is asked for, what it ended its day of trading before with.',
  }),
  previous_close_time: Nullable(Timestamp),
  change: Type.Union([Decimal, Type.Null()], { description: '`price` less `previous_close`.' }),
  change_percent: Type.Union([Decimal, Type.Null()], {
    description: 'The same in percent of `previous_close`, rounded to four decimals.',
  }),
  open: Nullable(Decimal),
  high: Nullable(Decimal),
  low: Nullable(Decimal),
  ticks: Type.Integer({ minimum: 0, description: 'Of the day.' }),
  ticks_per_minute: Type.Integer({ minimum: 0, description: 'In the last full minute.' }),
  sparkline: Type.Array(Nullable(Decimal), {
    description: 'The last price of each of the last 24 hours (UTC), the running one last; null: the hour had no tick.',
  }),
});
export type BoardRow = Static<typeof BoardRow>;
export const Board = Type.Array(BoardRow);
