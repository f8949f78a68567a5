import { decodeObject } from './decode-object.ts';
import type { EpochMicros } from './epoch-micros.ts';
import { type Decoded, judgeTick, reject } from './judge-tick.ts';
import { parseTime } from './parse-time.ts';
import type { TickRules } from './tick-rules.ts';

/** So far ahead of the clock a tick may be, in ms, where nothing else is set: clocks differ, but not by more. */
export const DEFAULT_FUTURE_TOLERANCE_MS = 300_000;

/**
 * Reads the text of one tick in any of its forms: `AAPL:(220.4, 1757494917.021389)`, `TSLA:723.02` (time = when
 * received), a JSON object as {@link decodeObject} reads it. What is no tick comes back as a reason; this function never
 * throws.
 * @param receivedAt when it was received
 * @param toleranceMicros how far behind `receivedAt` its time may lie
 */
export function decodeText(
  message: string,
  receivedAt: EpochMicros,
  toleranceMicros: number = DEFAULT_FUTURE_TOLERANCE_MS * 1000,
  rules: TickRules = {},
): Decoded {
  const text = trimBlanks(message);
  if (text.trim() === '') return reject('empty', 'the message is empty');
  const { signed = false, map } = rules;
  const context = { receivedAt, latest: receivedAt + toleranceMicros, signed, map };
  if (text.startsWith('{')) return decodeObject(text, context);
  const tuple = splitTuple(text);
  if (tuple !== undefined) return judgeTick(tuple.symbol, tuple.price, parseTime(tuple.time), tuple.time, context);
  const colon = text.lastIndexOf(':');
  if (colon < 0) return reject('bad_form', 'the message has no ":" between symbol and price');
  return judgeTick(text.slice(0, colon), text.slice(colon + 1).trim(), receivedAt, '', context);
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
