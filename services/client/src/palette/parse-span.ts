const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, M: 2_678_400, y: 31_622_400 } as const;
type Unit = keyof typeof SECONDS;

const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  M: 'month',
  y: 'year',
};

const LONGEST_SECONDS = 100 * SECONDS.y;

export interface Span {
  readonly seconds: number;
  /** `15 minutes`. */
  readonly text: string;
}

/** Reads how far to look back: `15m`, `1d`, `7 days`, `last 2 hours`; a month is `1M` or `1mo`. */
export function parseSpan(text: string): Span | undefined {
  const [, digits, word = ''] = /^(?:last |past )?(\d{1,6}(?:[.,]\d{1,3})?)? ?([a-z]+)$/i.exec(text.trim()) ?? [];
  const unit = unitOf(word);
  // "last hour" is one; a lone word is a stock's name or a command.
  if (unit === undefined || (digits === undefined && !/^(?:last|past) /i.test(text.trim()))) return undefined;
  const count = Number((digits ?? '1').replace(',', '.'));
  const seconds = count * SECONDS[unit];
  if (!(seconds >= 1) || seconds > LONGEST_SECONDS) return undefined;
  return { seconds, text: `${count} ${UNIT_NAMES[unit]}${count === 1 ? '' : 's'}` };
}

function unitOf(word: string): Unit | undefined {
  if (word === 'M') return 'M';
  const small = word.toLowerCase();
  if (/^(?:s|secs?|seconds?)$/.test(small)) return 's';
  if (/^(?:m|mins?|minutes?)$/.test(small)) return 'm';
  if (/^(?:h|hrs?|hours?)$/.test(small)) return 'h';
  if (/^(?:d|days?)$/.test(small)) return 'd';
  if (/^(?:w|wks?|weeks?)$/.test(small)) return 'w';
  if (/^(?:mos?|months?)$/.test(small)) return 'M';
  return /^(?:y|yrs?|years?)$/.test(small) ? 'y' : undefined;
}
