import type { AlertCondition, AlertConditionType, AlertDirection, SystemMeasure } from '@tickwatch/core';
import { MAX_EXTREME_DAYS, MAX_MOVE_SECONDS, MAX_SILENT_SECONDS, MAX_TICKS_A_MINUTE } from '@tickwatch/core/http';
import { BodyMembers } from '../http/body-members.ts';
import { compareDecimals } from './compare-decimals.ts';

const PATH = 'condition';
const EXAMPLE = { type: 'price_crosses', direction: 'up', level: '230.5' };
const DIRECTIONS: readonly AlertDirection[] = ['up', 'down', 'either'];
const MEASURES: readonly SystemMeasure[] = ['insert_latency', 'waiting', 'feed_lost'];
const MOST_MEASURED = 1e9;

/** Reads what each condition has beside its type. */
const READERS: { readonly [T in AlertConditionType]: (given: BodyMembers) => AlertCondition } = {
  price_crosses: readCrosses,
  price_moves: readMoves,
  new_extreme: (given) => ({
    type: 'new_extreme',
    extreme: given.word('extreme', ['high', 'low']),
    days:
      given.whole('days', 1, MAX_EXTREME_DAYS) ??
      missing(given, 'days', `a whole number from 1 to ${MAX_EXTREME_DAYS}`),
  }),
  silent: (given) => ({
    type: 'silent',
    seconds:
      given.whole('seconds', 1, MAX_SILENT_SECONDS) ?? missing(given, 'seconds', 'how long without a tick, as 60'),
  }),
  tick_rate: readRate,
  hole: () => ({ type: 'hole' }),
  outlier: () => ({ type: 'outlier' }),
  system: readSystem,
};

/** The members of each condition. */
const MEMBERS: Readonly<Record<AlertConditionType, readonly string[]>> = {
  price_crosses: ['type', 'direction', 'level', 'hysteresis'],
  price_moves: ['type', 'direction', 'by', 'unit', 'within_seconds', 'hysteresis'],
  new_extreme: ['type', 'extreme', 'days'],
  silent: ['type', 'seconds'],
  tick_rate: ['type', 'above', 'below'],
  hole: ['type'],
  outlier: ['type'],
  system: ['type', 'measure', 'above'],
};
const TYPES = Object.keys(MEMBERS) as AlertConditionType[];

/** Whether a name is a member of any condition. */
export function isOfConditions(name: string): boolean {
  return Object.values(MEMBERS).some((members) => members.includes(name));
}

/**
 * A condition with its defaults, and its decimals as text, digit for digit.
 * @throws ParameterError naming the member, also where it can never hold
 */
export function readCondition(value: unknown): AlertCondition {
  const all = [...new Set(Object.values(MEMBERS).flat())];
  const type = new BodyMembers(value, { path: PATH, known: all, example: EXAMPLE }).word('type', TYPES);
  const known = MEMBERS[type];
  return READERS[type](
    new BodyMembers(value, { path: PATH, known, hint: () => `conditions of type ${type} have none` }),
  );
}

function readCrosses(given: BodyMembers): AlertCondition {
  const direction = given.word('direction', DIRECTIONS);
  const level = given.decimal('level', '230.5') ?? missing(given, 'level', 'the price that is crossed, as 230.5');
  return { type: 'price_crosses', direction, level, hysteresis: hysteresisOf(given) };
}

function readMoves(given: BodyMembers): AlertCondition {
  const direction = given.word('direction', DIRECTIONS);
  const by = given.decimal('by', '5') ?? missing(given, 'by', 'how far the price moves, as 5');
  const unit = given.word('unit', ['percent', 'price']);
  const within = given.whole('within_seconds', 1, MAX_MOVE_SECONDS);
  if (compareDecimals(by, '0') <= 0)
    given.refuse('by', `${by} is no move`, 'give more than 0; direction says whether up or down');
  if (unit === 'percent' && direction === 'down' && compareDecimals(by, '100') >= 0) {
    given.refuse(
      'by',
      `${by} percent down can never be`,
      'a price would be 0 or less: give less than 100, or unit price',
    );
  }
  const hysteresis = hysteresisOf(given);
  if (compareDecimals(hysteresis, by) > 0) {
    given.refuse('hysteresis', `${hysteresis} is more than the move itself (by ${by})`, `give ${by} at most`);
  }
  const within_seconds = within ?? missing(given, 'within_seconds', `a whole number from 1 to ${MAX_MOVE_SECONDS}`);
  return { type: 'price_moves', direction, by, unit, within_seconds, hysteresis };
}

function readRate(given: BodyMembers): AlertCondition {
  const above = given.whole('above', 0, MAX_TICKS_A_MINUTE);
  const below = given.whole('below', 1, MAX_TICKS_A_MINUTE);
  if (above === undefined && below === undefined) {
    given.refuse('above', 'is missing', 'give how many ticks a minute are too many (above), too few (below), or both');
  }
  if (above !== undefined && below !== undefined && below > above) {
    const right = 'give less for below than for above';
    given.refuse('below', `${below} is more than above (${above}), so that no minute would be as it should be`, right);
  }
  return {
    type: 'tick_rate',
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
  };
}

function readSystem(given: BodyMembers): AlertCondition {
  const measure = given.word('measure', MEASURES);
  const right = measure === 'waiting' ? 'how many ticks may wait, as 50000' : 'how many seconds are too many, as 5';
  const above = given.decimal('above', '5') ?? missing(given, 'above', right);
  if (Number(above) >= 0 && Number(above) <= MOST_MEASURED) return { type: 'system', measure, above: Number(above) };
  return given.refuse('above', `${above} is not within bounds`, `give a number from 0 to ${MOST_MEASURED}`);
}

function hysteresisOf(given: BodyMembers): string {
  const hysteresis = given.decimal('hysteresis', '0.5') ?? '0';
  if (compareDecimals(hysteresis, '0') >= 0) return hysteresis;
  return given.refuse('hysteresis', `${hysteresis} is less than 0`, 'give how far the price goes back, as 0.5');
}

function missing(given: BodyMembers, name: string, right: string): never {
  return given.refuse(name, 'is missing', `give ${right}`);
}
