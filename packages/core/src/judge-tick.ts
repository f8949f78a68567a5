import { type DecimalText, parsePrice } from './decimal-text.ts';
import type { EpochMicros } from './epoch-micros.ts';
import type { Rejection, RejectionReason } from './rejection.ts';
import { sharedSymbol, symbolProblem } from './symbol.ts';
import type { TickRules } from './tick-rules.ts';
import type { TimeZone } from './time-zone.ts';

/** What a tick's text says, before its exchange (the channel) is known. */
export type Decoded = (
  | { readonly ok: true; readonly stock: string; readonly price: DecimalText; readonly time: EpochMicros }
  | ({ readonly ok: false } & Rejection)
) & {
  /** The number that its publisher gave it. */
  readonly n?: number;
};

/** What a tick is judged by, beside its text. */
export interface TickContext extends TickRules {
  /** When it was received: its time, where it carries none. */
  readonly receivedAt: EpochMicros;
  /** µs; a later time is no tick's. */
  readonly latest: number;
  /** What a time without a zone is read in; default: UTC. */
  readonly zone?: TimeZone | undefined;
}

export function reject(reason: RejectionReason, detail: string): Decoded & { readonly ok: false } {
  return { ok: false, reason, detail };
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
  context: TickContext,
): Decoded {
  const { receivedAt, latest } = context;
  const symbol = trimSpaces(symbolText);
  const stock = sharedSymbol(symbol);
  if (stock === undefined) return reject('bad_symbol', symbolProblem(symbol) ?? 'the symbol is not usable');
  const price = parsePrice(priceText, context);
  if (price === undefined) return reject('bad_price', priceProblem(priceText, context));
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

function priceProblem(text: string, { signed = false }: TickRules): string {
  const price = quote(text);
  if (signed) return `the price ${price} is not a finite decimal`;
  const hint =
    parsePrice(text, { signed: true }) === undefined ? '' : '; SIGNED_PRICES names exchanges where others are real';
  return `the price ${price} is not a finite decimal > 0${hint}`;
}

function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (text.charCodeAt(start) === 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) === 0x20) end--;
  return text.slice(start, end);
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
