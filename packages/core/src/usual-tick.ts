import type { DecimalText } from './decimal-text.ts';
import { type EpochMicros, MICROS_PER_SECOND } from './epoch-micros.ts';
import { sharedSymbol } from './symbol.ts';

/** A message's tick, before its exchange is known. */
export interface UsualTick {
  readonly ok: true;
  readonly stock: string;
  readonly price: DecimalText;
  readonly time: EpochMicros;
}

const ZERO = 0x30;
const POINT = 0x2e;
const COLON = 0x3a;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;

const MAX_SYMBOL = 16;
const MAX_PRICE = 16;
const MAX_SECONDS_DIGITS = 10;
const MICROS_DIGITS = 6;

/**
 * Reads the usual tick, `AAPL:(220.4, 1757494917.021389)` or `AAPL:220.4` in plain letters and digits, from its bytes: a
 * quarter of the time that decoding the text and matching it takes. Whatever is unusual in any way comes back as
 * `undefined`, for {@link decodeText} to judge; where this function answers, both agree.
 * @param latest a later time is unusual
 */
export function readUsualTick(
  bytes: Uint8Array,
  start: number,
  end: number,
  receivedAt: EpochMicros,
  latest: number,
): UsualTick | undefined {
  const close = end - 1;
  if (close - start > 64) return undefined;
  const symbolEnd = endOfSymbol(bytes, start);
  if (symbolEnd <= start) return undefined;
  const isPair = bytes[symbolEnd + 1] === OPEN && bytes[close] === CLOSE;
  const priceStart = isPair ? symbolEnd + 2 : symbolEnd + 1;
  const priceEnd = endOfPrice(bytes, priceStart);
  let time: number = receivedAt;
  if (isPair) {
    if (priceEnd < 0 || bytes[priceEnd] !== COMMA) return undefined;
    time = readTime(bytes, bytes[priceEnd + 1] === SPACE ? priceEnd + 2 : priceEnd + 1, close);
    if (time < 0 || time > latest) return undefined;
  } else if (priceEnd !== end) return undefined;
  const stock = symbolOf(bytes, start, symbolEnd);
  if (stock === undefined) return undefined;
  return { ok: true, stock, price: latin1(bytes, priceStart, priceEnd) as DecimalText, time: time as EpochMicros };
}

/** Where the colon behind letters, digits, dots and hyphens is; -1: not so. */
function endOfSymbol(bytes: Uint8Array, start: number): number {
  for (let at = start; at <= start + MAX_SYMBOL; at++) {
    const byte = bytes[at] as number;
    if (byte === COLON) return at;
    const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
    if (!isLetter && !isDigit(byte) && byte !== POINT && byte !== 0x2d) return -1;
  }
  return -1;
}

/** Where a plain decimal greater than zero ends, as a price is printed anyway; -1: not so. */
function endOfPrice(bytes: Uint8Array, start: number): number {
  let at = start;
  let isPositive = false;
  while (isDigit(bytes[at] as number)) isPositive = bytes[at++] !== ZERO || isPositive;
  if (at === start || (bytes[start] === ZERO && at > start + 1)) return -1;
  if (bytes[at] === POINT) {
    const point = at++;
    while (isDigit(bytes[at] as number)) isPositive = bytes[at++] !== ZERO || isPositive;
    if (at === point + 1) return -1;
  }
  return isPositive && at - start <= MAX_PRICE ? at : -1;
}

/** Epoch seconds with at most six decimals, in µs; -1: not so. */
function readTime(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let seconds = 0;
  while (isDigit(bytes[at] as number)) seconds = seconds * 10 + (bytes[at++] as number) - ZERO;
  const length = at - start;
  // Four to eight digits may be a year, a month or a date.
  if (length === 0 || (length > 3 && length < 9) || length > MAX_SECONDS_DIGITS) return -1;
  let micros = 0;
  let digits = 0;
  if (bytes[at] === POINT) {
    at++;
    for (; isDigit(bytes[at] as number); digits++) micros = micros * 10 + (bytes[at++] as number) - ZERO;
    if (digits > MICROS_DIGITS) return -1;
  }
  if (at !== end) return -1;
  for (; digits < MICROS_DIGITS; digits++) micros *= 10;
  return seconds * MICROS_PER_SECOND + micros;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

// Symbols recur. One shared copy of each, found by its bytes, saves making and judging a string for every tick.
const SLOTS = 4096;
const symbols: (string | undefined)[] = new Array(SLOTS).fill(undefined);

/** `undefined`: it is no symbol. */
function symbolOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  let hash = 17;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
  const known = symbols[slot];
  if (known !== undefined && isText(known, bytes, start, end)) return known;
  const symbol = sharedSymbol(latin1(bytes, start, end));
  if (symbol !== undefined) symbols[slot] = symbol;
  return symbol;
}

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}
