import { signal } from '@preact/signals';
import { type Brand, MICROS_PER_SECOND, namedZone } from '@tickwatch/core';

/** An IANA name that this browser knows, as in `Asia/Tokyo`. */
export type IanaZone = Brand<string, 'IanaZone'>;

/** Which clock times are shown in. `exchange`: where the exchange stands that is shown. */
export type ZoneChoice = 'exchange' | 'utc' | 'local' | IanaZone;

/** Those that have a word of their own. */
export const ZONE_CHOICES: readonly ('exchange' | 'utc' | 'local')[] = ['exchange', 'utc', 'local'];

const USUAL = 'America/New_York';

/** Where the exchange stands that is shown, as its calendar says: an IANA name. */
export const exchangeZone = signal(USUAL);

/** The zone of exchanges that stand in one; of several, or where none is known, the usual. */
export function zoneOf(exchanges: readonly string[], zones: ReadonlyMap<string, string>): string {
  const all = new Set(exchanges.flatMap((exchange) => zones.get(exchange) ?? []));
  const [only] = all;
  return only !== undefined && all.size === 1 ? only : USUAL;
}

/** Reads what storage or an address holds; undefined: it is no zone that this browser knows. */
export function parseZone(text: unknown): ZoneChoice | undefined {
  if (typeof text !== 'string') return undefined;
  return ZONE_CHOICES.find((choice) => choice === text) ?? ianaZone(text);
}

function ianaZone(text: string): IanaZone | undefined {
  // Offsets, as in +05:30, are no places: they know no clock changes, and servers do not take them for names.
  if (!/^[A-Za-z]/.test(text)) return undefined;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: text });
    // Capitals and small letters may be mixed up, and there are more names than the listed ones.
    return knownZones().find((zone) => zone.toLowerCase() === text.toLowerCase()) ?? (text as IanaZone);
  } catch {
    return undefined;
  }
}

/** Browsers list some places by what they were called decades ago, and take both names. */
const RENAMED: Readonly<Record<string, string>> = {
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

let known: readonly IanaZone[] | undefined;

/** All zones that this browser knows, by name. */
export function knownZones(): readonly IanaZone[] {
  known ??= Intl.supportedValuesOf('timeZone').map((name) => (RENAMED[name] ?? name) as IanaZone);
  return known;
}

/** The IANA name of a choice. */
export function zoneName(choice: ZoneChoice): string {
  if (choice === 'utc') return 'UTC';
  if (choice === 'exchange') return exchangeZone.value;
  return choice === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' : choice;
}

/** What a choice is called: `Exchange`, `UTC`, `Local`, `Asia/Tokyo`. */
export function zoneLabel(choice: ZoneChoice): string {
  if (choice === 'utc') return 'UTC';
  if (choice === 'exchange') return 'Exchange';
  return choice === 'local' ? 'Local' : choice.replaceAll('_', ' ');
}

/** Fields of a moment on a zone's wall clock; `month` counts from 1. */
export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

// Zones change their offset at whole quarter hours only, so one lookup serves a quarter of an hour.
const QUARTER_MS = 900_000;
const offsets = new Map<string, number>();

/** How far a zone's wall clock is ahead of UTC at a moment, in milliseconds. */
export function zoneOffsetMs(zone: string, millis: number): number {
  if (zone === 'UTC') return 0;
  const quarter = Math.floor(millis / QUARTER_MS);
  const key = `${zone}/${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size > 20_000) offsets.clear();
    offset = readOffset(zone, quarter * QUARTER_MS);
    offsets.set(key, offset);
  }
  return offset;
}

function readOffset(zone: string, millis: number): number {
  const micros = Math.floor(millis / 1000) * MICROS_PER_SECOND;
  return ((namedZone(zone)?.wallOf(micros) ?? micros) - micros) / 1000;
}

/** What a zone's wall clock shows at a moment. */
export function wallClock(zone: string, millis: number): WallClock {
  const shifted = new Date(millis + zoneOffsetMs(zone, millis));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
}

/**
 * The moment at which a zone's wall clock shows these fields, in epoch milliseconds. A time that a clock change skips
 * is taken as far after the change as it lies in the gap; one that occurs twice is the first of the two.
 */
export function fromWallClock(zone: string, fields: WallClock): number {
  const { year, month, day, hour, minute, second } = fields;
  const naive = Date.UTC(year, month - 1, day, hour, minute, second);
  const before = zoneOffsetMs(zone, naive - 86_400_000);
  const early = naive - before;
  if (zoneOffsetMs(zone, early) === before) return early;
  const after = zoneOffsetMs(zone, naive + 86_400_000);
  const late = naive - after;
  return zoneOffsetMs(zone, late) === after ? late : early;
}

/** The first moment of the day that holds `millis` in a zone. */
export function dayStart(zone: string, millis: number): number {
  const { year, month, day } = wallClock(zone, millis);
  return fromWallClock(zone, { year, month, day, hour: 0, minute: 0, second: 0 });
}
