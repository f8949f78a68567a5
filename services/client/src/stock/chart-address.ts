import { parseTime } from '@tickwatch/core';
import { type AddressProblem, AddressReader } from '../address-reader.ts';
import { nowMs } from '../clock.ts';
import { queryText } from '../format/query-text.ts';
import { spanText } from '../format/time-text.ts';
import { type ChartChoices, choiceParameters, PRICE_FITS, PRICE_SCALES, readChoices } from './chart-choices.ts';
import type { ChartStyle } from './drawing/price-series.ts';
import { INTERVALS } from './interval.ts';
import { USUAL_SPAN, type WantedRange } from './wanted-range.ts';

/** What the address of a chart says. */
export interface ChartAddress {
  readonly wanted: WantedRange;
  readonly choices: ChartChoices;
  readonly problems: readonly AddressProblem[];
}

/** What says which stock it is, and which range. */
const OWN = ['name', 'exchange', 'from', 'to', 'span', 'at'];
const TIME = 'a time, as in 2026-11-22T10:00:00Z or 1795341600';
const LONGEST_SPAN = 100 * 366 * 86_400;

/** Reads the address of a stock's chart; what is wrong with it is noted, and reads as left out. */
export function readChartAddress(query: URLSearchParams, usual: ChartStyle, stock: string): ChartAddress {
  const reader = new AddressReader(query);
  const wanted = readRange(query, reader);
  const choices = readChoices(query, usual, stock);
  reader.choice('interval', INTERVALS);
  reader.choice('style', ['candles', 'line'] satisfies readonly ChartStyle[]);
  reader.choice('scale', PRICE_SCALES);
  reader.choice('fit', PRICE_FITS);
  const known = Object.keys(choiceParameters(choices, usual));
  reader.refuseOthers([...OWN, ...known]);
  return { wanted, choices, problems: reader.problems };
}

/** Reads the range of an address: `at`, else `from` and `to`, else `span`. */
export function readRange(query: URLSearchParams, reader: AddressReader): WantedRange {
  const span = readSpan(query, reader);
  const instead = `the last ${spanText(span)} are shown`;
  const at = readSeconds(query, 'at', reader, instead);
  if (at !== undefined) return { kind: 'at', at, span };
  const from = readSeconds(query, 'from', reader, instead);
  const to = readSeconds(query, 'to', reader, from === undefined ? instead : 'it goes on to the newest tick');
  if (from === undefined && to === undefined) return { kind: 'live', span };
  if (from === undefined) return { kind: 'past', from: (to ?? 0) - span, to: to ?? 0 };
  if (to === undefined) return readOpen(from, span, reader);
  if (from < to) return { kind: 'past', from, to };
  reader.refuse('from', `does not lie before to=“${query.get('to')}”; ${instead}`);
  return { kind: 'live', span };
}

/** From a moment to now, and on. */
function readOpen(from: number, span: number, reader: AddressReader): WantedRange {
  const now = nowMs() / 1000;
  if (from < now) return { kind: 'live', span: now - from };
  reader.refuse('from', `lies in the future; the last ${spanText(span)} are shown`);
  return { kind: 'live', span };
}

function readSeconds(query: URLSearchParams, name: string, reader: AddressReader, instead: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = parseTime(text);
  if (time === undefined) reader.refuse(name, `is not ${TIME}; ${instead}`);
  return time === undefined ? undefined : time / 1e6;
}

function readSpan(query: URLSearchParams, reader: AddressReader): number {
  const text = query.get('span');
  if (text === null) return USUAL_SPAN;
  const span = /^\d{1,12}(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (span >= 1 && span <= LONGEST_SPAN) return span;
  reader.refuse('span', `is not a number of seconds, as in 3600; ${USUAL_SPAN} are taken`);
  return USUAL_SPAN;
}

/** A range as parameters of an address; the usual one has none. */
export function rangeParameters(
  wanted: WantedRange,
): Readonly<Record<'from' | 'to' | 'span' | 'at', string | undefined>> {
  const none = { from: undefined, to: undefined, span: undefined, at: undefined };
  switch (wanted.kind) {
    case 'live':
      return { ...none, span: spanParameter(wanted.span) };
    case 'at':
      return { ...none, at: secondsText(wanted.at), span: spanParameter(wanted.span) };
    case 'past':
      return {
        ...none,
        from: secondsText(wanted.from),
        to: secondsText(wanted.to),
      };
  }
}

function spanParameter(span: number): string | undefined {
  return Math.round(span) === USUAL_SPAN ? undefined : secondsText(span);
}

function secondsText(seconds: number): string {
  return String(Math.round(seconds));
}

/** An address with other parameters; undefined: without this one. */
export function addressWith(address: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  const text = queryText(url.searchParams);
  return url.origin + url.pathname + (text === '' ? '' : `?${text}`);
}
