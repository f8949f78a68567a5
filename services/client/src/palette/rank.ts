/** How well a text matches: the smaller, the better. */
export type Rank = number;

const ASCII = /^[\x20-\x7e]*$/;
const START = 1;
const WORD = 2;
const INSIDE = 3;

/** Small letters without their accents, for comparing. */
export function plain(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** How a plain text matches plain words that are looked for, each of them somewhere; undefined: not all do. 0: the same. */
export function rankOf(text: string, words: readonly string[]): Rank | undefined {
  let worst = 0;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return undefined;
    worst = Math.max(worst, text === word ? 0 : at === 0 ? START : startsWord(text, word, at) ? WORD : INSIDE);
  }
  return worst;
}

/** What was found, best first; of what matches alike, in the order it came. At most `most`, and how many there are. */
export function bestOf<T>(
  items: Iterable<T>,
  rank: (item: T) => Rank | undefined,
  most: number,
): { readonly best: readonly T[]; readonly count: number; readonly rank: Rank | undefined } {
  const byRank = new Map<Rank, T[]>();
  let count = 0;
  for (const item of items) {
    const found = rank(item);
    if (found === undefined) continue;
    count++;
    const list = byRank.get(found);
    if (list === undefined) byRank.set(found, [item]);
    else if (list.length < most) list.push(item);
  }
  const ranks = [...byRank.keys()].sort((a, b) => a - b);
  return { best: ranks.flatMap((key) => byRank.get(key) ?? []).slice(0, most), count, rank: ranks[0] };
}

function startsWord(text: string, word: string, first: number): boolean {
  for (let at = first; at >= 0; at = text.indexOf(word, at + 1))
    if (!/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) return true;
  return false;
}
