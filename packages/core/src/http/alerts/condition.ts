import { type Static, Type } from 'typebox';
import { OneOf } from '../scalars.ts';

/** The longest time within which a move is looked for, and the most days of a high or low. */
export const MAX_MOVE_SECONDS = 86_400;
export const MAX_EXTREME_DAYS = 400;
export const MAX_SILENT_SECONDS = 86_400;
export const MAX_TICKS_A_MINUTE = 10_000_000;

/** Digits of what a price is compared with: plain notation, as prices are kept. */
const DecimalInput = Type.Union([Type.Number(), Type.String({ pattern: '^-?\\d+(\\.\\d+)?$', maxLength: 60 })], {
  description: 'A decimal: a number, or the same digits as a string.',
  examples: ['230.5'],
});

const DIRECTIONS = ['up', 'down', 'either'] as const;
export type AlertDirection = (typeof DIRECTIONS)[number];
const Direction = OneOf(DIRECTIONS, { description: '`up`: from below; `down`: from above.' });

const Hysteresis = Type.Optional({
  ...DecimalInput,
  description:
    'How far the price has to go back, in the same unit as what fired, before it can fire again. Default 0: as soon as the condition does not hold any more.',
});

/** The price reaches or passes a level that it was on the other side of. */
const PriceCrosses = Type.Object(
  {
    type: Type.Literal('price_crosses'),
    direction: Direction,
    level: DecimalInput,
    hysteresis: Hysteresis,
  },
  { additionalProperties: false },
);

/** The price is so far from the lowest (up) or highest (down) of a time before it. */
const PriceMoves = Type.Object(
  {
    type: Type.Literal('price_moves'),
    direction: Direction,
    by: { ...DecimalInput, description: 'How far, greater than 0, in `unit`.' },
    unit: OneOf(['percent', 'price'], {
      description: '`percent` of the lowest (up) or highest (down); `price`: as prices are.',
    }),
    within_seconds: Type.Integer({ minimum: 1, maximum: MAX_MOVE_SECONDS }),
    hysteresis: Hysteresis,
  },
  { additionalProperties: false },
);

/** The price is above (below) all of the days before, and of today so far. Fires once a day (UTC) and stock. */
const NewExtreme = Type.Object(
  {
    type: Type.Literal('new_extreme'),
    extreme: OneOf(['high', 'low']),
    days: Type.Integer({
      minimum: 1,
      maximum: MAX_EXTREME_DAYS,
      description:
        'Days (UTC) before today. Where there was no tick in any of them, nothing is known and nothing fires.',
    }),
  },
  { additionalProperties: false },
);

/** No tick of a stock came for so long while its exchange was open and listened to. */
const Silent = Type.Object(
  { type: Type.Literal('silent'), seconds: Type.Integer({ minimum: 1, maximum: MAX_SILENT_SECONDS }) },
  { additionalProperties: false },
);

/** The ticks of a stock in a minute (UTC, by their own times) are more, or fewer, than bounds. */
const TickRate = Type.Object(
  {
    type: Type.Literal('tick_rate'),
    above: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_TICKS_A_MINUTE,
        description: 'Fires at the tick that is one more than this.',
      }),
    ),
    below: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_TICKS_A_MINUTE,
        description: 'Fires at the end of a minute that was open and listened to from its first to its last moment.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Something that was published is missing: a hole is recorded. */
const HoleFound = Type.Object({ type: Type.Literal('hole') }, { additionalProperties: false });

/** A tick is far from what its stock cost just before. */
const OutlierFound = Type.Object({ type: Type.Literal('outlier') }, { additionalProperties: false });

const SYSTEM_MEASURES = ['insert_latency', 'waiting', 'feed_lost'] as const;
export type SystemMeasure = (typeof SYSTEM_MEASURES)[number];

/** The system itself is not as it should be. */
const SystemIs = Type.Object(
  {
    type: Type.Literal('system'),
    measure: OneOf(SYSTEM_MEASURES, {
      description:
        '`insert_latency`: seconds of the last commit; `waiting`: ticks received and not stored; `feed_lost`: seconds since an exchange was last listened to.',
    }),
    above: Type.Number({ minimum: 0, maximum: 1e9 }),
  },
  { additionalProperties: false },
);

/** What is watched. Late ticks (older than their stock's newest) fire nothing about prices: that moment is past. */
export const AlertCondition = Type.Union([
  PriceCrosses,
  PriceMoves,
  NewExtreme,
  Silent,
  TickRate,
  HoleFound,
  OutlierFound,
  SystemIs,
]);
export type AlertCondition = Static<typeof AlertCondition>;
export type AlertConditionType = AlertCondition['type'];
