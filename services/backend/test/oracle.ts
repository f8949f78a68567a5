import { CANDLE_INTERVALS, type CandleInterval, compareTicks, type EpochMicros, type Tick } from '@tickwatch/core';

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

export function timeWeightedMeanOf(ticks: readonly Tick[]): string {
  let weighted = 0n;
  let micros = 0n;
  for (const exchange of new Set(ticks.map((tick) => tick.exchange))) {
    const line = ticks.filter((tick) => tick.exchange === exchange);
    for (let i = 0; i + 1 < line.length; i++) {
      const [tick, next] = [line[i] as Tick, line[i + 1] as Tick];
      weighted += toFixedPoint(tick.price) * BigInt(next.time - tick.time);
      micros += BigInt(next.time - tick.time);
    }
  }
  return micros === 0n ? meanOf(ticks) : divided(weighted, micros, mostDecimals(ticks) + 12);
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

/** What tells one candle from another: for days, the date that a clock on a wall there shows. */
export function candleKey(time: EpochMicros, interval: CandleInterval, timeZone: string): string | number {
  if (interval !== '1d') return Math.floor(time / (CANDLE_INTERVALS[interval] * 1_000_000));
  return dateFormat(timeZone).format(Math.floor(time / 1000));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  formats.set(timeZone, known);
  return known;
}
