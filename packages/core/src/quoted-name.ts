// Names recur: quoting each once is much cheaper than JSON.stringify each time. Bounded against odd feeds.
const quotedNames = new Map<string, string>();
const MAX_NAMES = 50_000;

/** The JSON text of a stock's, an exchange's or a lane's name. */
export function quotedName(name: string): string {
  let text = quotedNames.get(name);
  if (text === undefined) {
    if (quotedNames.size > MAX_NAMES) quotedNames.clear();
    text = JSON.stringify(name);
    quotedNames.set(name, text);
  }
  return text;
}
