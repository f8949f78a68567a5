import { type DecimalText, parsePrice } from './decimal-text.ts';
import { type EpochMicros, MICROS_PER_DAY, secondsToMicros } from './epoch-micros.ts';
import { type JsonScalar, parseFlatJson } from './flat-json.ts';
import { parseTime } from './parse-time.ts';
import type { Rejection, RejectionReason } from './rejection.ts';
import { sharedSymbol } from './shared-symbol.ts';
import { readUsualTick } from './usual-tick.ts';

/** Longest message in bytes. */
export const MAX_MESSAGE_BYTES = 1024;
/** Longest symbol in characters. */
export const MAX_SYMBOL_LENGTH = 32;

/** What a message says, before its exchange (the channel) is known. */
export type Decoded =
  | { readonly ok: true; readonly stock: string; readonly price: DecimalText; readonly time: EpochMicros }
  | ({ readonly ok: false } & Rejection);

const utf8 = new TextDecoder('utf-8', { fatal: true });

const TUPLE = /^(.*):\s*\(\s*([^,()]*?)\s*,\s*([^,()]*?)\s*\)$/s;
const EPOCH_SECONDS = /^(\d{1,12})(?:\.(\d*))?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Reads a channel message in any of its three forms: `AAPL:(220.4, 1757494917.021389)` (epoch seconds),
 * `TSLA:723.02` (time = when received), `{"stock_name","price","timestamp"}` (RFC 3339 or epoch).
 * A message that is no tick comes back as a reason; this function never throws.
 * @param payload the message's bytes
 * @param receivedAt when it was received; also decides what lies too far in the future
 */
export function decodeMessage(payload: Uint8Array, receivedAt: EpochMicros): Decoded {
  return readUsualTick(payload, receivedAt) ?? decodeAny(payload, receivedAt);
}

/** {@link decodeMessage} without its short cut. */
export function decodeAny(payload: Uint8Array, receivedAt: EpochMicros): Decoded {
  if (payload.length > MAX_MESSAGE_BYTES) {
    return reject('too_long', `the message has ${payload.length} bytes; the limit is ${MAX_MESSAGE_BYTES}`);
  }
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return reject('not_text', 'the message is not UTF-8 text');
  }
  return decodeText(text, receivedAt);
}

/** As {@link decodeMessage} for a message that is known to be text of at most {@link MAX_MESSAGE_BYTES}. */
export function decodeText(message: string, receivedAt: EpochMicros): Decoded {
  const text = message.trim();
  if (text === '') return reject('empty', 'the message is empty');
  if (text.startsWith('{')) return decodeJson(text, receivedAt);
  const tuple = TUPLE.exec(text);
  if (tuple !== null) {
    const [, symbol = '', price = '', time = ''] = tuple;
    return tick(symbol, price, time === '' ? undefined : epochSeconds(time), time, receivedAt);
  }
  const colon = text.lastIndexOf(':');
  if (colon < 0) return reject('bad_form', 'the message has no ":" between symbol and price');
  return tick(text.slice(0, colon), text.slice(colon + 1).trim(), receivedAt, '', receivedAt);
}

function decodeJson(text: string, receivedAt: EpochMicros): Decoded {
  const members = parseFlatJson(text);
  if (members === undefined) return reject('bad_form', 'the message starts with "{" but is not a JSON object');
  const symbol = members.get('stock_name');
  if (symbol?.type !== 'string') return reject('bad_symbol', '"stock_name" is missing or no string');
  const price = members.get('price');
  if (price === undefined || price.type === 'other') return reject('bad_price', '"price" is missing or no number');
  const stamp = members.get('timestamp');
  const time = stamp === undefined ? receivedAt : scalarTime(stamp);
  return tick(symbol.text, price.text, time, stamp !== undefined && 'text' in stamp ? stamp.text : '', receivedAt);
}

function scalarTime(stamp: JsonScalar): EpochMicros | undefined {
  return stamp.type === 'other' ? undefined : parseTime(stamp.text);
}

function epochSeconds(text: string): EpochMicros | undefined {
  const parts = EPOCH_SECONDS.exec(text);
  return parts === null ? undefined : secondsToMicros(parts[1] ?? '', parts[2] ?? '');
}

function tick(
  symbolText: string,
  priceText: string,
  time: EpochMicros | undefined,
  timeText: string,
  receivedAt: EpochMicros,
): Decoded {
  const stock = symbolText.trim();
  if (stock === '') return reject('bad_symbol', 'the symbol is empty');
  if (CONTROL.test(symbolText)) return reject('bad_symbol', 'the symbol contains a control character');
  if (stock.length > MAX_SYMBOL_LENGTH && [...stock].length > MAX_SYMBOL_LENGTH) {
    return reject('bad_symbol', `the symbol has more than ${MAX_SYMBOL_LENGTH} characters`);
  }
  const price = parsePrice(priceText);
  if (price === undefined) return reject('bad_price', `the price ${quote(priceText)} is not a finite decimal > 0`);
  if (time === undefined) return reject('bad_time', `the time ${quote(timeText)} is not readable`);
  if (time < 0 || time > receivedAt + MICROS_PER_DAY) {
    return reject('bad_time', `the time ${quote(timeText)} lies outside 1970 … now + 1 day`);
  }
  return { ok: true, stock: sharedSymbol(stock), price, time };
}

function reject(reason: RejectionReason, detail: string): Decoded {
  return { ok: false, reason, detail };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
