import { type Hole, type HoleReason, parseTime } from '@tickwatch/core';
import { countText } from './number-text.ts';
import { dateTimeText, rangeText } from './time-text.ts';
import type { ZoneChoice } from './zone.ts';

const REASONS: Readonly<Record<HoleReason, string>> = {
  not_listening: 'nobody was listening',
  refused: 'there was no room to keep them',
  overtaken: 'the source removed them before they were read',
  source_restarted: 'the source began anew',
  store_went_back: 'the database was set back',
  clock_stepped: 'the clock was set',
  spool_damaged: 'the spool was damaged',
  numbers_missing: 'their numbers never came',
  rejected: 'lines of a file were no ticks',
  unknown: 'nothing is known of this time',
  waiting: 'received, not answered yet',
  not_kept: 'single ticks are no longer kept',
  block_damaged: 'a stored block of ticks is damaged',
};

/** Why something is missing, in words; a reason that this page does not know yet, by its name. */
export function reasonText(reason: HoleReason): string {
  return REASONS[reason] ?? String(reason).replaceAll('_', ' ');
}

/** `1 message`, `1,234 messages`; not known: '' */
export function messagesText(messages: number | null): string {
  return messages === null ? '' : `${countText(messages)} ${messages === 1 ? 'message' : 'messages'}`;
}

/** `Nov 27, 2026 14:05:00 to 14:12:30`, `since Nov 27, 2026 14:05:00`. */
export function holeTimes(zone: ZoneChoice, { from_time, to_time }: Pick<Hole, 'from_time' | 'to_time'>): string {
  const [from, to] = [parseTime(from_time ?? ''), parseTime(to_time ?? '')];
  if (from === undefined) return to === undefined ? 'all of it' : `up to ${dateTimeText(zone, to)}`;
  return to === undefined ? `since ${dateTimeText(zone, from)}` : rangeText(zone, from, to);
}

/** `NASDAQ, Nov 27, 2026 14:05:00 to 14:12:30: nobody was listening, 120 messages`. */
export function holeText(zone: ZoneChoice, hole: Hole): string {
  const counted = messagesText(hole.messages);
  const why = reasonText(hole.reason) + (counted === '' ? '' : `, ${counted}`);
  return `${hole.exchange_name}, ${holeTimes(zone, hole)}: ${why}`;
}
