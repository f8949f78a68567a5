import { type Static, Type } from 'typebox';
import { DecimalsParameter, ExchangeParameter, MOMENT_FORMS, Moment } from './parameters.ts';
import { SPARKLINE_FROM_HEADER } from './position.ts';
import { Decimal, Nullable, OneOf, Timestamp } from './scalars.ts';
import { latestMembers, StockCursor, StocksParameter } from './stocks.ts';

export const BOARD_SORTS = ['name', 'price', 'time', 'change', 'change_percent', 'ticks'] as const;

/** The most rows of a page. */
export const MAX_BOARD_ROWS = 5000;

/** What a sparkline is of. */
export const BOARD_SPARKLINES = ['hours', 'minutes', 'none'] as const;

export const BoardQuery = Type.Object({
  exchange: ExchangeParameter,
  stocks: StocksParameter,
  time: Type.Optional({
    ...Moment,
    description: `The board as it stood at that moment, as if nothing later had come: a stock that had no tick by then is not on it. A date stands for its last microsecond. Default: now. ${MOMENT_FORMS}`,
  }),
  timezone: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        'IANA name; where the day begins that the figures are of, and where `time` without an offset is read. Default: an exchange that has a calendar (`/api/sessions`) is in the day it last opened on, until it opens on another; for others: UTC.',
      examples: ['America/New_York'],
    }),
  ),
  day: Type.Optional(
    OneOf(['running', 'last'], {
      description:
        'Default: `running`, the day that is now. `last`: as a board is read when nothing is traded: an exchange that has a calendar is in its day of trading, whatever `timezone` says of the others, and a stock that has no tick in its day is shown with its last one (UTC) that had some.',
    }),
  ),
  sparkline: Type.Optional(
    OneOf(BOARD_SPARKLINES, {
      description:
        'Default: `hours`, the last 24. `minutes`: the last 15. `none`: an empty list, which is the quickest answer.',
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
    description: `The last price of each of the last 24 hours (UTC), or 15 minutes, the running one last; null: it had no tick. The header \`${SPARKLINE_FROM_HEADER}\` says when the first one begins.`,
  }),
});
export type BoardRow = Static<typeof BoardRow>;
export const Board = Type.Array(BoardRow);
