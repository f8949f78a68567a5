import { type AlertCondition, type DecimalText, type EpochMicros, formatMicros } from '@tickwatch/core';
import { absolute, decimalOf, minus, quotientText, times, withoutZeros } from './decimal.ts';
import type { JudgedHole } from './lane-judge.ts';

const HUNDRED = decimalOf('100');

/** `AAPL crossed 230 from below: 230.05`. */
export function crossedText(stock: string, way: 'up' | 'down', level: DecimalText, price: DecimalText): string {
  return `${stock} crossed ${level} from ${way === 'up' ? 'below' : 'above'}: ${price}`;
}

/** `AAPL rose by 5.21 % within 10 min: from 219.10 to 230.52`. */
export function movedText(
  stock: string,
  way: 'up' | 'down',
  { unit, within_seconds: within }: Extract<AlertCondition, { type: 'price_moves' }>,
  from: DecimalText,
  to: DecimalText,
): string {
  const [before, after] = [decimalOf(from), decimalOf(to)];
  const distance = absolute(minus(after, before));
  const by =
    unit === 'percent'
      ? `${withoutZeros(quotientText(times(distance, HUNDRED), absolute(before), 2))} %`
      : quotientText(distance, decimalOf('1'), distance.scale);
  return `${stock} ${way === 'up' ? 'rose' : 'fell'} by ${by} within ${durationText(within)}: from ${from} to ${to}`;
}

/** `AAPL is at 230.50, its highest price in 20 days; before it was 229.90`. */
export function extremeText(
  stock: string,
  extreme: 'high' | 'low',
  days: number,
  price: DecimalText,
  before: DecimalText,
): string {
  const span = days === 1 ? 'since yesterday began' : `of ${days} days and today`;
  return `${stock} is at its ${extreme === 'high' ? 'highest' : 'lowest'} price ${span}: ${price} (before: ${before})`;
}

/** `AAPL has had no tick for 60 s while its exchange was open`. */
export function silentText(stock: string, seconds: number): string {
  return `${stock} has had no tick for ${durationText(seconds)} while its exchange was open`;
}

/** `AAPL had more than 100 ticks in the minute 14:05 (UTC)`. */
export function fastText(stock: string, above: number, minute: number): string {
  return `${stock} had more than ${above} ${above === 1 ? 'tick' : 'ticks'} in the minute ${clockText(minute)} (UTC)`;
}

/** `AAPL had 3 ticks in the minute 14:05 (UTC), fewer than 5`. */
export function slowText(stock: string, count: number, below: number, minute: number): string {
  const ticks = count === 0 ? 'no tick' : count === 1 ? '1 tick' : `${count} ticks`;
  return `${stock} had ${ticks} in the minute ${clockText(minute)} (UTC), fewer than ${below}`;
}

/** `NASDAQ: 12 messages are missing, from 2026-11-27T15:00:00Z to 2026-11-27T15:00:09Z (not listening)`. */
export function holeText(exchange: string, { from, to, messages, reason }: JudgedHole): string {
  const what =
    messages === undefined
      ? 'what was published is missing'
      : messages === 1
        ? '1 message is missing'
        : `${messages} messages are missing`;
  return `${exchange}: ${what}, from ${momentText(from)} to ${momentText(to)} (${reason.replaceAll('_', ' ')})`;
}

/** `AAPL is at 23.05, far from what it cost just before: about 230.1`. */
export function outlierText(stock: string, price: DecimalText, median: number): string {
  return `${stock} is at ${price}, far from what it cost just before: about ${Number(median.toPrecision(12))}`;
}

/** `NASDAQ: the last insert took 3.2 s, more than 1 s`. */
export function systemText(
  exchange: string,
  measure: 'insert_latency' | 'waiting' | 'feed_lost',
  value: number,
  above: number,
): string {
  const shown = Number(value.toPrecision(3));
  if (measure === 'insert_latency') return `${exchange}: the last insert took ${shown} s, more than ${above} s`;
  if (measure === 'feed_lost') return `${exchange} has not been listened to for ${shown} s, more than ${above} s`;
  return `${exchange}: ${Math.round(value)} ticks wait to be stored, more than ${above}`;
}

/** `90 s`, `10 min`, `2 h`: the largest unit that is whole. */
function durationText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** `14:05`. */
function clockText(micros: number): string {
  return formatMicros(micros as EpochMicros).slice(11, 16);
}

/** To the second. */
function momentText(micros: EpochMicros): string {
  return `${formatMicros(micros).slice(0, 19)}Z`;
}
