// A symbol cut from a message keeps the whole message alive; one shared copy of each symbol does not.
const symbols = new Map<string, string>();
const MAX_SYMBOLS = 100_000;

/** The one copy of a symbol that all its ticks share. */
export function sharedSymbol(symbol: string): string {
  const known = symbols.get(symbol);
  if (known !== undefined) return known;
  if (symbols.size >= MAX_SYMBOLS) symbols.clear();
  const copy = Buffer.from(symbol, 'utf8').toString('utf8');
  symbols.set(copy, copy);
  return copy;
}
