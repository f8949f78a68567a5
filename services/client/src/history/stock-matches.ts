/** More are no help: whoever does not see theirs types on. */
export const MOST_MATCHES = 50;

/** The name that is meant by a text: in other capitals, where there is none in these and one alone in others. */
export function meantStock(names: readonly string[], text: string): string {
  const typed = text.trim();
  if (names.includes(typed)) return typed;
  const [only = typed, ...others] = names.filter((name) => name.toLowerCase() === typed.toLowerCase());
  return others.length === 0 ? only : typed;
}

/** The names that begin with a text, then those that hold it, a few of them; capitals don't matter. */
export function stockMatches(names: readonly string[], text: string, most = MOST_MATCHES): readonly string[] {
  const typed = text.trim().toLowerCase();
  const begin: string[] = [];
  const hold: string[] = [];
  for (const name of names) {
    const at = name.toLowerCase().indexOf(typed);
    if (at === 0) begin.push(name);
    else if (at > 0) hold.push(name);
  }
  return [...begin.sort(), ...hold.sort()].slice(0, most);
}
