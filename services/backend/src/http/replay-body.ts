import {
  type EpochMicros,
  FASTEST_REPLAY,
  formatMicros,
  MAX_NAMED_STOCKS,
  nowMicros,
  SLOWEST_REPLAY,
  TIME_FORMS,
  UNPACED,
} from '@tickwatch/core';
import type { ReplayQuestion } from '../replay/channel-replay.ts';
import type { Speed } from '../replay/replay-clock.ts';
import { MS_PER_DAY } from '../replay/replay-limits.ts';
import { BodyMembers, LONGEST_NAME } from './body-members.ts';
import type { MomentSpan } from './moment.ts';
import { ParameterError, quoted } from './problem-reply.ts';

const EXAMPLE = { from: '2026-11-27T14:30:00Z', to: '2026-11-27T21:00:00Z', speed: 10 };

/** @throws ParameterError naming the member that is wrong */
export function readNewReplay(body: unknown, longestRangeMs: number): ReplayQuestion {
  const known = ['from', 'to', 'speed', 'stocks', 'exchange', 'timezone'];
  const given = new BodyMembers(body, { known, example: EXAMPLE });
  const from = spanOf(given, 'from').first;
  const to = Math.min(spanOf(given, 'to').last, nowMicros()) as EpochMicros;
  const [fromText, toText] = [quoted(given.given('from')), quoted(given.given('to'))];
  if (from > to) {
    const text = `from ${fromText} lies after to ${toText}, or after now (${formatMicros(from)} and ${formatMicros(to)})`;
    throw new ParameterError('from', text);
  }
  if ((to - from) / 1000 > longestRangeMs) {
    const text = `from ${fromText} to ${toText} is longer than ${longestRangeMs / MS_PER_DAY} days (REPLAY_MAX_DAYS): ask for less`;
    throw new ParameterError('from', text);
  }
  const isOfOne = given.given('exchange') !== undefined;
  return {
    from,
    to,
    speed: given.has('speed') ? speedOf(given) : 1,
    exchange: isOfOne
      ? given.text('exchange', LONGEST_NAME, 'give its name, or leave it out for all of them')
      : undefined,
    stocks: given.names('stocks', MAX_NAMED_STOCKS, ['AAPL', 'TSLA'], 'leave it out for all of them'),
  };
}

/** @throws ParameterError no time, or one outside the range */
export function readSeek(body: unknown, { from, to }: ReplayQuestion): EpochMicros {
  const given = new BodyMembers(body, { known: ['time', 'timezone'], example: { time: '2026-11-27T15:00:00Z' } });
  const { first, last } = spanOf(given, 'time');
  // A day that the range begins in is meant from where it begins.
  const time = last >= from ? (Math.max(first, from) as EpochMicros) : first;
  if (time >= from && time <= to) return time;
  const text = `time ${quoted(given.given('time'))} lies outside the replay, which goes from ${formatMicros(from)} to ${formatMicros(to)}`;
  throw new ParameterError('time', text);
}

/** @throws ParameterError */
export function readSpeed(body: unknown): Speed {
  return speedOf(new BodyMembers(body, { known: ['speed'], example: { speed: 10 } }));
}

/** @throws ParameterError there is a body, and there is nothing that it could say */
export function readNothing(body: unknown): void {
  if (body !== undefined && body !== null) new BodyMembers(body, { known: [] });
}

function spanOf(given: BodyMembers, name: string): MomentSpan {
  return given.span(name, given.zone()) ?? given.refuse(name, 'is missing', `give ${TIME_FORMS}`);
}

function speedOf(given: BodyMembers): Speed {
  const right = `give a number from ${SLOWEST_REPLAY} to ${FASTEST_REPLAY}, or "${UNPACED}"`;
  const value = given.has('speed') ? (given.given('speed') ?? null) : given.required('speed', right);
  if (value === UNPACED) return UNPACED;
  const speed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof speed === 'number' && speed >= SLOWEST_REPLAY && speed <= FASTEST_REPLAY) return speed;
  return given.refuse('speed', `${JSON.stringify(value).slice(0, 60)} is no speed`, right);
}
