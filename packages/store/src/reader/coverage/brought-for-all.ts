import { type Interval, merged, without } from '../../intervals.ts';

/** What one import brought of an exchange: a time, and of which stocks. */
export interface ImportSpan {
  /** Without its own holes. */
  readonly intervals: readonly Interval[];
  /** `undefined`: of all that were known by then. */
  readonly stocks: readonly string[] | undefined;
}

/**
 * The times of which files brought every stock of an exchange that was known by then, alone or together.
 * @param since since when each stock is known, µs
 */
export function broughtForAll(imports: readonly ImportSpan[], since: ReadonlyMap<string, number>): readonly Interval[] {
  const whole = merged(imports.filter(({ stocks }) => stocks === undefined).flatMap(({ intervals }) => intervals));
  const own = new Map<string, Interval[]>();
  for (const { intervals, stocks = [] } of imports) {
    for (const stock of stocks) own.set(stock, [...(own.get(stock) ?? []), ...intervals]);
  }
  if (own.size === 0) return whole;
  let first = Number.POSITIVE_INFINITY;
  const lacking: Interval[] = [];
  for (const [stock, from] of since) {
    const brought = own.get(stock);
    if (brought === undefined) first = Math.min(first, from);
    else lacking.push(...without({ from, until: Number.POSITIVE_INFINITY }, merged([...whole, ...brought])));
  }
  lacking.push(...without({ from: first, until: Number.POSITIVE_INFINITY }, whole));
  const taken = merged(lacking);
  return merged(imports.flatMap(({ intervals }) => intervals)).flatMap((interval) => without(interval, taken));
}
