import { type DecimalText, parsePrice } from './decimal-text.ts';
import type { EpochMicros } from './epoch-micros.ts';
import { type JsonScalar, parseFlatJson } from './flat-json.ts';
import { parseTime } from './parse-time.ts';
import type { Rejection, RejectionReason } from './rejection.ts';
import { sharedSymbol, symbolProblem } from './symbol.ts';
import type { TimeZone } from './time-zone.ts';

/** So far ahead of the clock a tick may be, in ms, where nothing else is set: clocks differ, but not by more. */
export const DEFAULT_FUTURE_TOLERANCE_MS = 300_000;

/** What a tick's text says, before its exchange (the channel) is known. */
export type Decoded =
  | { readonly ok: true; readonly stock: string; readonly price: DecimalText; readonly time: EpochMicros }
  | ({ readonly ok: false } & Rejection);

/**
 * Reads the text of one tick in any of its three forms: `AAPL:(220.4, 1757494917.021389)`, `TSLA:723.02` (time = when
 * received), `{"stock_name","price","timestamp"}`. What is no tick comes back as a reason; this function never throws.
 * @param receivedAt when it was received
 * @param toleranceMicros how far behind `receivedAt` its time may lie
 */
export function decodeText(
  message: string,
  receivedAt: EpochMicros,
  toleranceMicros: number = DEFAULT_FUTURE_TOLERANCE_MS * 1000,
): Decoded {
  const text = trimBlanks(message);
  if (text.trim() === '') return reject('empty', 'the message is empty');
  const context = { receivedAt, latest: receivedAt + toleranceMicros };
  if (text.startsWith('{')) return decodeObject(text, context);
  const tuple = splitTuple(text);
  if (tuple !== undefined) return judgeTick(tuple.symbol, tuple.price, parseTime(tuple.time), tuple.time, context);
  const colon = text.lastIndexOf(':');
  if (colon < 0) return reject('bad_form', 'the message has no ":" between symbol and price');
  return judgeTick(text.slice(0, colon), text.slice(colon + 1).trim(), receivedAt, '', context);
}

/** What a tick is judged by, beside its text. */
export interface TickContext {
  /** When it was received: its time, where it carries none. */
  readonly receivedAt: EpochMicros;
  /** µs; a later time is no tick's. */
  readonly latest: number;
  /** What a time without a zone is read in; default: UTC. */
  readonly zone?: TimeZone | undefined;
}

export function reject(reason: RejectionReason, detail: string): Decoded {
  return { ok: false, reason, detail };
}

/** Reads a tick from the text of a JSON object. */
export function decodeObject(text: string, context: TickContext): Decoded {
  const members = parseFlatJson(text);
  if (members === undefined) return reject('bad_form', 'the message starts with "{" but is not a JSON object');
  const symbol = members.get('stock_name');
  if (symbol?.type !== 'string') return reject('bad_symbol', '"stock_name" is missing or no string');
  const price = members.get('price');
  if (price === undefined || price.type === 'other') return reject('bad_price', '"price" is missing or no number');
  const stamp = members.get('timestamp');
  const time = stamp === undefined ? context.receivedAt : scalarTime(stamp, context.zone);
  const timeText = stamp === undefined || stamp.type === 'other' ? '' : stamp.text;
  return judgeTick(symbol.text, price.text, time, timeText, context);
}

function scalarTime(stamp: JsonScalar, zone: TimeZone | undefined): EpochMicros | undefined {
  return stamp.type === 'other' ? undefined : parseTime(stamp.text, zone);
}

/** The parts of `SYMBOL:(price, time)`. */
function splitTuple(text: string): { symbol: string; price: string; time: string } | undefined {
  if (!text.endsWith(')')) return undefined;
  const open = text.lastIndexOf('(');
  const before = text.slice(0, Math.max(open, 0)).trimEnd();
  const [price, time, more] = text.slice(open + 1, -1).split(',');
  if (!before.endsWith(':') || price === undefined || time === undefined || more !== undefined) return undefined;
  return { symbol: before.slice(0, -1), price: price.trim(), time: time.trim() };
}

/**
 * The tick that texts amount to, whatever they were cut from, or the reason why they are none.
 * @param time what `timeText` says; `undefined`: it is not readable
 */
export function judgeTick(
  symbolText: string,
  priceText: string,
  time: EpochMicros | undefined,
  timeText: string,
  { receivedAt, latest }: TickContext,
): Decoded {
  const symbol = trimSpaces(symbolText);
  const stock = sharedSymbol(symbol);
  if (stock === undefined) return reject('bad_symbol', symbolProblem(symbol) ?? 'the symbol is not usable');
  const price = parsePrice(priceText);
  if (price === undefined) return reject('bad_price', `the price ${quote(priceText)} is not a finite decimal > 0`);
  if (SYMBOL_AND_PRICE.test(stock) && EPOCH_AS_PRICE.test(price)) {
    return reject('bad_symbol', `the symbol ${quote(stock)} seems to hold the price, and ${price} to be the time`);
  }
  if (time === undefined) return reject('bad_time', `the time ${quote(timeText)} is not readable`);
  if (time < 0) return reject('bad_time', `the time ${quote(timeText)} lies before 1970`);
  if (time > latest) {
    const ahead = `the time ${quote(timeText)} is further ahead of the clock than FUTURE_TOLERANCE_MS allows`;
    return reject('bad_time', `${ahead} (${(latest - receivedAt) / 1000} ms)`);
  }
  return { ok: true, stock, price, time };
}

/** `AAPL 220:1795560000` is no stock "AAPL 220", as `S&P 500:6800` is one. */
const SYMBOL_AND_PRICE = / \d+$/;
const EPOCH_AS_PRICE = /^\d{10,}$/;

/** Without the white space of ASCII around it; what else can't be seen belongs to the symbol, and is refused there. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
export function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (text.charCodeAt(start) === 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) === 0x20) end--;
  return text.slice(start, end);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
