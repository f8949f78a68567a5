import { type Static, Type } from 'typebox';
import { ExchangeParameter, RangeParameters } from '../parameters.ts';
import { ExchangeName, Nullable, StockName, Timestamp } from '../scalars.ts';

/** The most firings of one answer. */
const MAX_FIRINGS = 1000;

/** A rule fired. It is written once, in the transaction of the tick that it is about. */
export const AlertFiring = Type.Object({
  id: Type.String({ description: 'The same for every delivery, however often it is tried: the idempotency key.' }),
  rule_id: Nullable(Type.String({ description: 'null: a test of a receiver.' })),
  rule_name: Type.String({ description: 'As it was when it fired.' }),
  exchange_name: Nullable(ExchangeName),
  stock_name: Nullable(StockName),
  timestamp: { ...Timestamp, description: 'The tick’s own time, or the moment at which it became so.' },
  seq: Nullable(Type.Integer({ description: 'Of the tick, in its lane.' })),
  price: Nullable(Type.String({ description: 'Of the tick, with all its digits.' })),
  text: Type.String({
    description: 'What happened, in a sentence.',
    examples: ['AAPL crossed 230 from below: 230.05'],
  }),
  recorded: { ...Timestamp, description: 'When it was written.' },
});
export type AlertFiring = Static<typeof AlertFiring>;

export const AlertFiringsQuery = Type.Object({
  ...RangeParameters,
  exchange: ExchangeParameter,
  stock: Type.Optional({ ...StockName, description: 'Only of this stock.' }),
  rule: Type.Optional(Type.String({ description: 'Only of this rule: its id.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_FIRINGS, description: 'Default: 100.' })),
  cursor: Type.Optional(Type.String({ description: 'From `Link: rel="next"` of the page before.' })),
});
export type AlertFiringsQuery = Static<typeof AlertFiringsQuery>;

export const AlertFirings = Type.Array(AlertFiring, { maxItems: MAX_FIRINGS, description: 'Newest first.' });
export type AlertFirings = Static<typeof AlertFirings>;

/** A message on the channel `alerts`. */
export interface AlertMessage {
  readonly firings: readonly AlertFiring[];
}

/** What a rule would have fired. */
export const AlertPreview = Type.Object({
  start_time: Timestamp,
  end_time: Timestamp,
  fired: Type.Integer({ minimum: 0, description: 'How often it would have fired.' }),
  places: Type.Array(
    Type.Object({
      exchange_name: Nullable(ExchangeName),
      stock_name: Nullable(StockName),
      timestamp: Timestamp,
      price: Nullable(Type.String()),
      text: Type.String(),
    }),
    { description: 'The newest of them, oldest first.' },
  ),
  complete: Type.Boolean({
    description: '`false`: not all of the range was looked at, or something in it is missing; `note` says what.',
  }),
  note: Nullable(
    Type.String({ description: 'What was not looked at, and what the rule names and nobody has heard of yet.' }),
  ),
});
export type AlertPreview = Static<typeof AlertPreview>;
