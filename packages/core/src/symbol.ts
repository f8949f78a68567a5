/** Longest symbol in characters. */
export const MAX_SYMBOL_LENGTH = 32;

/** Control, format, bidi and zero-width characters, lone surrogates, and every white space but the plain one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800\ufffd]|[^\S ]/u;
const PUNCTUATION = /[()[\]{}<>"'`\u2018-\u201f«»‹›,;\\]/;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

const NUMBER =
  /^[-+\u2212\p{Sc}]*(?:0x[\da-f]+|\p{Nd}*\.\p{Nd}[\p{Nd}.]*(?:e[-+]?\d+|\p{L}*)|\p{Nd}+\.?(?:e[-+]?\d+)?)[%\p{Sc}]*$/iu;
/** Numbers that are symbols where they stand alone or first (`7203`, `7203:TYO`, `1E3`), or last behind a space (`S&P 500`). */
const NUMERIC_SYMBOL = /^\d{1,9}(?:E\d{1,2})?$/;
/** What programs print where they have nothing. In capitals these are symbols: NAN, INF, TRUE. */
const NOTHING = /^[-+]?(?:nan|NaN|[Ii]nf(?:inity)?|null|None|undefined|true|false)$/;
const DATE = /(?:^|[ :=@|])(?:\d{4}([-/.])\d{2}\1\d{2}(?=[ T:=@|]|$)|\d{8}T\d)/;
const TIME_OF_DAY = /(?:^|[ T])\d{1,2}:\d{2}(?!\d)/;

/** Separate a symbol's parts; a part behind one of these is never a number. */
const PART = /[:=@|]/;

const HOW_TO = 'for a price with a time write SYMBOL:(price, time) or a JSON object';

/**
 * Why a text is no symbol, in words, because it carries something else: a price, a time, quotes, what can't be seen.
 * @returns `undefined`: it is one
 */
export function symbolProblem(symbol: string): string | undefined {
  if (symbol === '') return 'the symbol is empty';
  const unseen = UNSEEN.exec(symbol)?.[0];
  if (unseen !== undefined) return `the symbol has a character that can't be seen, ${codePoint(unseen)}`;
  if (symbol.length > MAX_SYMBOL_LENGTH && [...symbol].length > MAX_SYMBOL_LENGTH) {
    return `the symbol has more than ${MAX_SYMBOL_LENGTH} characters`;
  }
  // Wide digits, colons and brackets are judged as what they look like.
  const plain = symbol.normalize('NFKC');
  const quoted = JSON.stringify(symbol);
  const mark = PUNCTUATION.exec(plain)?.[0];
  if (mark !== undefined) return `the symbol ${quoted} contains ${mark}`;
  if (!LETTER_OR_DIGIT.test(plain)) return `the symbol ${quoted} has neither letter nor digit`;
  if (plain.split(':').some((part) => part === '' || part.trim() !== part)) {
    return `the symbol ${quoted} has an empty part or a space beside a ":"`;
  }
  if (DATE.test(plain) || TIME_OF_DAY.test(plain)) return `the symbol ${quoted} contains a time; ${HOW_TO}`;
  const strange = strangePart(plain);
  return strange === undefined ? undefined : `the symbol ${quoted} contains ${JSON.stringify(strange)}; ${HOW_TO}`;
}

/** The first number, or word for nothing, that stands where a symbol has none. */
function strangePart(symbol: string): string | undefined {
  const parts = symbol.split(PART);
  for (const [index, part] of parts.entries()) {
    const words = part.split(/[ /]/);
    const first = words[0] ?? '';
    const last = words.at(-1) ?? '';
    if (index > 0 && NUMBER.test(first)) return first;
    for (const word of [first, last]) {
      if (NOTHING.test(word)) return word;
      if (NUMBER.test(word) && !NUMERIC_SYMBOL.test(word)) return word;
    }
  }
  return undefined;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

// A symbol cut from a message keeps the whole message alive; one shared copy of each symbol does not.
const symbols = new Map<string, string>();
const MAX_SYMBOLS = 100_000;

/** The one copy of a symbol that all its ticks share; `undefined`: it is none, see {@link symbolProblem}. */
export function sharedSymbol(symbol: string): string | undefined {
  const known = symbols.get(symbol);
  if (known !== undefined) return known;
  if (symbolProblem(symbol) !== undefined) return undefined;
  if (symbols.size >= MAX_SYMBOLS) symbols.clear();
  const copy = Buffer.from(symbol, 'utf8').toString('utf8');
  symbols.set(copy, copy);
  return copy;
}
