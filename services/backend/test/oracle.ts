import { compareTicks, type EpochMicros, type Tick } from '@tickwatch/core';

/** Decimals of the fixed point that the oracle computes in. */
const SCALE = 24;

export function toFixedPoint(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
}

/** numerator (fixed point) ÷ divisor, rounded half away from zero at `decimals`; zeros at the end go. */
export function divided(numerator: bigint, divisor: bigint, decimals: number): string {
  if (numerator < 0n) {
    const mirrored = divided(-numerator, divisor, decimals);
    return /[1-9]/.test(mirrored) ? `-${mirrored}` : mirrored;
  }
  const unit = 10n ** BigInt(SCALE);
  const scaled = numerator * 10n ** BigInt(decimals);
  let quotient = scaled / (divisor * unit);
  if (2n * (scaled - quotient * divisor * unit) >= divisor * unit) quotient += 1n;
  const digits = quotient.toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

export interface Asked {
  readonly stock: string;
  readonly exchange: string | undefined;
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** The ticks of a range in the one order there is. */
export function inRange(ticks: readonly Tick[], { stock, exchange, start, end }: Asked): Tick[] {
  return ticks
    .filter((tick) => tick.stock === stock && (exchange === undefined || tick.exchange === exchange))
    .filter((tick) => tick.time >= (start ?? 0) && tick.time <= (end ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => compareTicks(a, b) || compareText(a.exchange, b.exchange) || a.price.length - b.price.length);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function meanOf(ticks: readonly Tick[]): string {
  return divided(sumOf(ticks), BigInt(ticks.length), mostDecimals(ticks) + 12);
}

/** From the start, where a price may be in force already, to the end; `undefined`: no price was in force at all. */
export function timeWeightedMeanOf(all: readonly Tick[], asked: Asked & { readonly end: number }): string | undefined {
  const [start, end] = [asked.start ?? 0, asked.end % 1_000_000 === 999_999 ? asked.end + 1 : asked.end];
  const ticks = inRange(all, asked);
  const before = inRange(all, { ...asked, start: undefined, end: start - 1 });
  const inForce: Tick[] = [];
  let weighted = 0n;
  let micros = 0n;
  for (const exchange of new Set([...ticks, ...before].map((tick) => tick.exchange))) {
    const held = before.findLast((tick) => tick.exchange === exchange);
    const line = ticks.filter((tick) => tick.exchange === exchange);
    if (held !== undefined) {
      inForce.push(held);
      line.unshift({ ...held, time: start as EpochMicros });
    }
    for (const [i, tick] of line.entries()) {
      const until = line[i + 1]?.time ?? Math.max(end, tick.time);
      weighted += toFixedPoint(tick.price) * BigInt(until - tick.time);
      micros += BigInt(until - tick.time);
    }
  }
  const decimals = mostDecimals([...ticks, ...inForce]) + 12;
  if (micros > 0n) return divided(weighted, micros, decimals);
  const last = ticks.length > 0 ? ticks : inForce;
  return last.length === 0 ? undefined : divided(sumOf(last), BigInt(last.length), decimals);
}

/** The value of a decimal, whatever zeros it ends with. */
export function fixedPoint(text: string | null): bigint | null {
  return text === null ? null : toFixedPoint(text);
}

export function lowest(ticks: readonly Tick[]): bigint {
  return ordered(ticks)[0] ?? 0n;
}

export function highest(ticks: readonly Tick[]): bigint {
  return ordered(ticks).at(-1) ?? 0n;
}

function ordered(ticks: readonly Tick[]): bigint[] {
  return ticks.map((tick) => toFixedPoint(tick.price)).sort((a, b) => Number(a > b) - Number(a < b));
}

/** Groups in the order in which their keys first appear. */
export function groupBy<K>(ticks: readonly Tick[], keyOf: (tick: Tick) => K): Map<K, Tick[]> {
  const groups = new Map<K, Tick[]>();
  for (const tick of ticks) {
    const key = keyOf(tick);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [tick]);
    else group.push(tick);
  }
  return groups;
}

function sumOf(ticks: readonly Tick[]): bigint {
  return ticks.reduce((sum, tick) => sum + toFixedPoint(tick.price), 0n);
}

function mostDecimals(ticks: readonly Tick[]): number {
  return Math.max(...ticks.map((tick) => tick.price.split('.')[1]?.length ?? 0));
}

/** Names a tick. */
export function keyOf(tick: Tick): string {
  return `${tick.time} ${toFixedPoint(tick.price)} ${tick.exchange}`;
}
