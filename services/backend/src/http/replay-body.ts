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
import { type MomentSpan, readSpan } from './moment.ts';
import { nearestParameter } from './nearest-parameter.ts';
import { ParameterError, quoted } from './problem-reply.ts';
import { readZone } from './zone.ts';

/** The longest name that there is of a stock or an exchange. */
const LONGEST_NAME = 255;

type Members = Readonly<Record<string, unknown>>;

/** @throws ParameterError naming the member that is wrong */
export function readNewReplay(body: unknown, longestRangeMs: number): ReplayQuestion {
  const given = membersOf(body, ['from', 'to', 'speed', 'stocks', 'exchange', 'timezone']);
  const from = spanOf(given, 'from').first;
  const to = Math.min(spanOf(given, 'to').last, nowMicros()) as EpochMicros;
  if (from > to) {
    const text = `from ${quoted(given.from)} lies after to ${quoted(given.to)}, or after now (${formatMicros(from)} and ${formatMicros(to)})`;
    throw new ParameterError('from', text);
  }
  if ((to - from) / 1000 > longestRangeMs) {
    const text = `from ${quoted(given.from)} to ${quoted(given.to)} is longer than ${longestRangeMs / MS_PER_DAY} days (REPLAY_MAX_DAYS): ask for less`;
    throw new ParameterError('from', text);
  }
  return {
    from,
    to,
    speed: given.speed === undefined ? 1 : speedOf(given.speed),
    exchange: given.exchange === undefined ? undefined : nameOf('exchange', given.exchange),
    stocks: given.stocks === undefined ? undefined : stocksOf(given.stocks),
  };
}

/** @throws ParameterError no time, or one outside the range */
export function readSeek(body: unknown, { from, to }: ReplayQuestion): EpochMicros {
  const given = membersOf(body, ['time', 'timezone']);
  const { first, last } = spanOf(given, 'time');
  // A day that the range begins in is meant from where it begins.
  const time = last >= from ? (Math.max(first, from) as EpochMicros) : first;
  if (time >= from && time <= to) return time;
  const text = `time ${quoted(given.time)} lies outside the replay, which goes from ${formatMicros(from)} to ${formatMicros(to)}`;
  throw new ParameterError('time', text);
}

/** @throws ParameterError */
export function readSpeed(body: unknown): Speed {
  const { speed } = membersOf(body, ['speed']);
  if (speed === undefined) throw new ParameterError('speed', 'speed is missing');
  return speedOf(speed);
}

/** @throws ParameterError there is a body, and there is nothing that it could say */
export function readNothing(body: unknown): void {
  if (body !== undefined && body !== null) membersOf(body, []);
}

function membersOf(body: unknown, known: readonly string[]): Members {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const right = known.length === 0 ? 'leave it out' : `give one, as ${exampleOf(known)}`;
    throw new ParameterError('body', `the body is no JSON object: ${right}`);
  }
  for (const name of Object.keys(body)) {
    if (known.includes(name)) continue;
    const nearest = nearestParameter(name, known);
    const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
    const takes = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
    throw new ParameterError(name, `${quoted(name)} is no member of this body${hint} (${takes})`);
  }
  return body as Members;
}

const EXAMPLES = { from: '2026-11-27T14:30:00Z', to: '2026-11-27T21:00:00Z', time: '2026-11-27T15:00:00Z', speed: 10 };

function exampleOf(known: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(Object.entries(EXAMPLES).filter(([name]) => known.includes(name))));
}

function spanOf(given: Members, name: string): MomentSpan {
  const value = given[name];
  if (value === undefined) throw new ParameterError(name, `${name} is missing: give ${TIME_FORMS}`);
  const zone = given.timezone === undefined ? undefined : readZone(textOf('timezone', given.timezone));
  return readSpan(name, typeof value === 'number' ? String(value) : textOf(name, value), zone);
}

function speedOf(value: unknown): Speed {
  if (value === UNPACED) return UNPACED;
  const speed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof speed === 'number' && speed >= SLOWEST_REPLAY && speed <= FASTEST_REPLAY) return speed;
  const given = JSON.stringify(value) ?? String(value);
  const text = `speed ${given.slice(0, 60)} is no speed: give a number from ${SLOWEST_REPLAY} to ${FASTEST_REPLAY}, or "${UNPACED}"`;
  throw new ParameterError('speed', text);
}

function stocksOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) {
    throw new ParameterError('stocks', `stocks ${quoted(value)} is no list: give names, as ["AAPL", "TSLA"]`);
  }
  if (value.length === 0) throw new ParameterError('stocks', 'stocks is empty: leave it out for all of them');
  if (value.length > MAX_NAMED_STOCKS) {
    throw new ParameterError(
      'stocks',
      `stocks has ${value.length} names: give ${MAX_NAMED_STOCKS} at most, or leave it out for all of them`,
    );
  }
  return [...new Set(value.map((name) => nameOf('stocks', name)))];
}

function nameOf(member: string, value: unknown): string {
  const name = textOf(member, value);
  if (name === '') throw new ParameterError(member, `${member} has an empty name`);
  if (name.length > LONGEST_NAME) {
    throw new ParameterError(member, `${member} has a name of ${name.length} characters; ${LONGEST_NAME} is the most`);
  }
  if (name.includes('\0')) throw new ParameterError(member, `${member} holds a NUL character`);
  return name;
}

function textOf(member: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ParameterError(member, `${member} ${quoted(JSON.stringify(value))} is no text`);
}
