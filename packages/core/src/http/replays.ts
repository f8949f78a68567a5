import { type Static, Type } from 'typebox';
import { FASTEST_REPLAY, MAX_NAMED_STOCKS, SLOWEST_REPLAY, UNPACED } from './limits.ts';
import { MOMENT_FORMS } from './parameters.ts';
import { ExchangeName, Nullable, OneOf, StockName, Timestamp } from './scalars.ts';

const REPLAY_STATES = ['waiting', 'playing', 'paused', 'ended'] as const;
/**
 * `waiting`: nobody listens, and its clock stands still. `ended`: all was played; it plays again from wherever it is set to.
 */
export type ReplayState = (typeof REPLAY_STATES)[number];

const SPEED_TEXT = `How many times as fast as it was, ${SLOWEST_REPLAY} to ${FASTEST_REPLAY}, or \`${UNPACED}\`: as fast as whoever listens takes it.`;

const Speed = Type.Union([Type.Number({ minimum: SLOWEST_REPLAY, maximum: FASTEST_REPLAY }), OneOf([UNPACED])], {
  description: SPEED_TEXT,
  examples: [1, 10, UNPACED],
});

const ReplayMoment = Type.String({ description: MOMENT_FORMS, examples: ['2026-11-27T14:30:00Z'] });

/** What is to be played again. */
export const NewReplay = Type.Object(
  {
    from: {
      ...ReplayMoment,
      description: `The first moment, inclusive (of a date, its first instant). ${MOMENT_FORMS}`,
    },
    to: {
      ...ReplayMoment,
      examples: ['2026-11-27T21:00:00Z'],
      description: `The last moment, inclusive (of a date, its last microsecond); one that is still to come is now. ${MOMENT_FORMS}`,
    },
    speed: Type.Optional({ ...Speed, description: `${SPEED_TEXT} Default: 1.` }),
    stocks: Type.Optional(
      Type.Array(StockName, {
        minItems: 1,
        maxItems: MAX_NAMED_STOCKS,
        description: `Only these, up to ${MAX_NAMED_STOCKS}; default: all.`,
      }),
    ),
    exchange: Type.Optional({ ...ExchangeName, description: 'Only this exchange; default: all.' }),
    timezone: Type.Optional(
      Type.String({
        description: 'IANA name of the zone in which dates, and date-times without an offset, are read. Default: UTC.',
        examples: ['America/New_York'],
      }),
    ),
  },
  { additionalProperties: false },
);
export type NewReplay = Static<typeof NewReplay>;

export const ReplayParams = Type.Object({
  id: Type.String({ description: 'As the answer that made it says.', examples: ['9f2c4a7be01d4c58a6b3f0e1d2c3b4a5'] }),
});

export type ReplayParams = Static<typeof ReplayParams>;

export const ReplaySeek = Type.Object(
  {
    time: {
      ...ReplayMoment,
      description: `A moment of its range (of a date, its first instant): it goes on with the first tick of that time or a later one. ${MOMENT_FORMS}`,
    },
    timezone: Type.Optional(Type.String({ description: 'As for a new replay.', examples: ['America/New_York'] })),
  },
  { additionalProperties: false },
);

export const ReplaySpeed = Type.Object({ speed: Speed }, { additionalProperties: false });

export const Replay = Type.Object({
  id: Type.String({ description: '128 random bits. Whoever knows it may listen.' }),
  channel: Type.String({ description: 'To subscribe to on the live connection.', examples: ['replay:9f2c…'] }),
  from: Timestamp,
  to: Timestamp,
  speed: Speed,
  exchange: Nullable(ExchangeName),
  stocks: Nullable(Type.Array(StockName)),
  state: OneOf(REPLAY_STATES, {
    description:
      '`waiting`: nobody listens, and its time stands still; after 30 s without a listener it is gone. `ended`: all was played; it plays again from wherever it is set to.',
  }),
  time: { ...Timestamp, description: 'The moment that it is at. RFC 3339, UTC, always six digits.' },
  seek: Type.Integer({ minimum: 0, description: 'How often it was set to another moment; its messages say it too.' }),
  ticks: Type.Integer({ minimum: 0, description: 'Ticks that it published, in all.' }),
  skipped: Type.Integer({
    minimum: 0,
    description:
      'Ticks that it left out, each too long for a message (16 KiB); its messages say it too, where there are any. `/api/ticks` has them.',
  }),
  listeners: Type.Integer({ minimum: 0 }),
  behind_seconds: Type.Number({
    minimum: 0,
    description:
      'By how much its time was stretched since its begin, because a listener, the database or the live server was slow or away.',
  }),
  complete: Type.Boolean({
    description:
      '`false`: something that was published in its range is missing, or may be, as it was known when its ticks were read; `/api/gaps` tells what.',
  }),
});
export type Replay = Static<typeof Replay>;

export const Replays = Type.Array(Replay, { description: 'In the order in which they began.' });
export type Replays = Static<typeof Replays>;
