/** What a member is by its name. */
export type Part = 'stock' | 'price' | 'time';

/** Names without case, `_`, `-` and blanks that say what a member is, whoever writes them. */
const NAMES: Readonly<Record<Part, readonly string[]>> = {
  stock: ['stockname', 'symbol', 'ticker', 'stock', 'sym'],
  price: ['price', 'last', 'lastprice', 'tradeprice', 'px'],
  time: ['timestamp', 'ts', 'time', 'datetime', 'date', 'tradetime', 'tradetimestamp', 'tradets'].flatMap((name) => [
    name,
    ...['ms', 'us', 'ns'].map((unit) => name + unit),
  ]),
};
const PARTS: ReadonlyMap<string, Part> = new Map(
  (['stock', 'price', 'time'] as const).flatMap((part) => NAMES[part].map((name) => [name, part] as const)),
);
const LIKE_A_TIME = /time|date|stamp|epoch|^t$|(?:^|_)ts(?:_|$)/i;

// The names of a feed's members are few, and come again with every tick. Bounded against odd feeds.
const known = new Map<string, Part | 'perhaps the time' | undefined>();
const MAX_KNOWN = 1000;

/** `undefined`: nothing that a tick needs. */
export function partOf(name: string): Part | 'perhaps the time' | undefined {
  if (known.has(name)) return known.get(name);
  if (known.size >= MAX_KNOWN) known.clear();
  // `Last-Price`, `lastPrice` and `last_price` are one name.
  const part = PARTS.get(name.toLowerCase().replace(/[\s_-]/g, ''));
  const found = part ?? (LIKE_A_TIME.test(name) ? 'perhaps the time' : undefined);
  known.set(name, found);
  return found;
}
