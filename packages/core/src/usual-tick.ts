import type { DecimalText } from './decimal-text.ts';
import { type EpochMicros, MICROS_PER_DAY, MICROS_PER_SECOND } from './epoch-micros.ts';

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
 * Reads the usual message, `AAPL:(220.4, 1757494917.021389)` in plain letters and digits, from its bytes: a quarter
 * of the time that decoding the text and matching it takes. Whatever is unusual in any way comes back as `undefined`,
 * for {@link decodeMessage} to judge; where this function answers, both agree.
 */
export function readUsualTick(payload: Uint8Array, receivedAt: EpochMicros): UsualTick | undefined {
  const end = payload.length - 1;
  if (end > 64 || payload[end] !== CLOSE) return undefined;
  const symbolEnd = endOfSymbol(payload);
  if (symbolEnd <= 0 || payload[symbolEnd + 1] !== OPEN) return undefined;
  const priceStart = symbolEnd + 2;
  const priceEnd = endOfPrice(payload, priceStart);
  if (priceEnd < 0 || payload[priceEnd] !== COMMA) return undefined;
  const time = readTime(payload, payload[priceEnd + 1] === SPACE ? priceEnd + 2 : priceEnd + 1, end);
  if (time < 0 || time > receivedAt + MICROS_PER_DAY) return undefined;
  return {
    ok: true,
    stock: symbolOf(payload, symbolEnd),
    price: latin1(payload, priceStart, priceEnd) as DecimalText,
    time: time as EpochMicros,
  };
}

/** Where the colon behind letters, digits, dots and hyphens is; -1: not so. */
function endOfSymbol(bytes: Uint8Array): number {
  for (let i = 0; i <= MAX_SYMBOL; i++) {
    const byte = bytes[i] as number;
    if (byte === COLON) return i;
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
  if (at === start || at - start > MAX_SECONDS_DIGITS) return -1;
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

// Symbols recur. One shared copy of each, found by its bytes, saves making and hashing a string for every tick.
const SLOTS = 4096;
const symbols: (string | undefined)[] = new Array(SLOTS).fill(undefined);

function symbolOf(bytes: Uint8Array, end: number): string {
  let hash = 17;
  for (let i = 0; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
  const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
  const known = symbols[slot];
  if (known !== undefined && isText(known, bytes, end)) return known;
  const symbol = latin1(bytes, 0, end);
  symbols[slot] = symbol;
  return symbol;
}

function isText(text: string, bytes: Uint8Array, end: number): boolean {
  if (text.length !== end) return false;
  for (let i = 0; i < end; i++) if (text.charCodeAt(i) !== bytes[i]) return false;
  return true;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}
