import { type EpochMicros, formatMicros } from '@tickwatch/core';
import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { dayStart, fromWallClock, wallClock } from '../format/zone.ts';
import { choiceParameters, PRICE_FITS, PRICE_SCALES, readChoices } from '../stock/chart-choices.ts';
import { INTERVALS } from '../stock/interval.ts';

/** A question about the past, as the address holds it. Bounds in epoch µs; undefined: open. */
export interface HistoryQuery {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly order: 'asc' | 'desc';
  /** Where the table's page begins; opaque. */
  readonly cursor: string | undefined;
}

/** What an address asks, and what of it says nothing that this page understands. */
export interface HistoryAddress {
  /** What of the question was understood, to be filled in. */
  readonly asked: Partial<HistoryQuery>;
  /** The question; undefined: nothing is asked, or what is asked is not understood. */
  readonly query: HistoryQuery | undefined;
  readonly problems: readonly AddressProblem[];
}

/** Parameters that make the question; the others say how its answer is looked at. */
const QUESTION: readonly string[] = ['stock', 'exchange', 'start', 'end'];
const LOOK = ['order', 'cursor', 'from', 'to'];
/** The style of a history's chart where none is named. */
export const HISTORY_STYLE = 'line';

/** Reads an address. A question of which a part is wrong is none: with that part left out it would be another one. */
export function readHistoryAddress(query: URLSearchParams): HistoryAddress {
  const reader = new AddressReader(query);
  const asked = {
    stock: query.get('stock') ?? '',
    exchange: query.get('exchange') ?? undefined,
    start: reader.time('start'),
    end: reader.time('end'),
    order: reader.choice('order', ['asc', 'desc']) ?? 'asc',
    cursor: query.get('cursor') ?? undefined,
  };
  const [from, to] = [reader.seconds('from'), reader.seconds('to')];
  if (from !== undefined && to !== undefined && from >= to)
    reader.refuse('from', `does not lie before to=“${query.get('to')}”; all of the range is shown`);
  reader.choice('style', ['candles', 'line']);
  reader.choice('interval', INTERVALS);
  reader.choice('scale', PRICE_SCALES);
  reader.choice('fit', PRICE_FITS);
  const choices = choiceParameters(readChoices(query, HISTORY_STYLE), HISTORY_STYLE);
  reader.refuseOthers([...QUESTION, ...LOOK, ...Object.keys(choices)]);
  const rest = [...query.keys()].filter((name) => name !== 'stock' && QUESTION.includes(name));
  const [first] = rest;
  if (asked.stock === '' && first !== undefined)
    reader.refuse(first, 'asks about no stock: add stock=, as in stock=AAPL');
  const isWhole = asked.stock !== '' && !reader.problems.some(({ parameter }) => QUESTION.includes(parameter));
  return { asked, query: isWhole ? asked : undefined, problems: reader.problems };
}

/** The address that leads to exactly this view again. */
export function historyAddress(query: HistoryQuery): string {
  const parameters = new URLSearchParams({ stock: query.stock });
  if (query.exchange !== undefined) parameters.set('exchange', query.exchange);
  const { start_time, end_time } = boundTexts(query);
  if (start_time !== undefined) parameters.set('start', start_time);
  if (end_time !== undefined) parameters.set('end', end_time);
  if (query.order === 'desc') parameters.set('order', 'desc');
  if (query.cursor !== undefined) parameters.set('cursor', query.cursor);
  return `/history?${parameters}`;
}

/** The bounds as the API takes them. */
export function boundTexts({ start, end }: Pick<HistoryQuery, 'start' | 'end'>) {
  return {
    start_time: start === undefined ? undefined : formatMicros(start as EpochMicros),
    end_time: end === undefined ? undefined : formatMicros(end as EpochMicros),
  };
}

export type Preset = '15m' | 'today' | '24h' | '7d' | 'all';

export const PRESETS: readonly { readonly preset: Preset; readonly label: string }[] = [
  { preset: '15m', label: '15 min' },
  { preset: 'today', label: 'Today' },
  { preset: '24h', label: '24 h' },
  { preset: '7d', label: '7 days' },
  { preset: 'all', label: 'All' },
];

/** The bounds that a preset stands for now, in epoch µs. */
export function presetBounds(preset: Preset, zone: string, nowMs: number): Pick<HistoryQuery, 'start' | 'end'> {
  const now = nowMs * 1000;
  switch (preset) {
    case '15m':
      return { start: now - 900e6, end: now };
    case 'today':
      return { start: dayStart(zone, nowMs) * 1000, end: now };
    case '24h':
      return { start: now - 86_400e6, end: now };
    case '7d':
      return { start: now - 604_800e6, end: now };
    case 'all':
      return { start: undefined, end: undefined };
  }
}

/** A moment as a `datetime-local` field shows it on a zone's clock; '' for an open bound. */
export function fieldText(zone: string, micros: number | undefined): string {
  if (micros === undefined) return '';
  const { year, month, day, hour, minute, second } = wallClock(zone, micros / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}

const FIELD = /^(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?/;

/** Reads a `datetime-local` field on a zone's clock. */
export function readField(zone: string, text: string): number | undefined {
  const parts = FIELD.exec(text)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return fromWallClock(zone, { year, month, day, hour, minute, second }) * 1000;
}
