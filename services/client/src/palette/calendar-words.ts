import { plain } from './rank.ts';

/** Names that people type for months and days of the week. */
export interface CalendarWords {
  /** 1 … 12. */
  month(word: string): number | undefined;
  /** 0: Sunday … 6. */
  weekday(word: string): number | undefined;
}

const FEWEST_LETTERS = 3;

/** Those of English and of a language: whole, as Intl shortens them, or their first letters, three or more. */
export function calendarWords(locale: string): CalendarWords {
  const months = namesOf(locale, 12, 'month', (index) => Date.UTC(2026, index, 15));
  // February 1st, 2026 is a Sunday.
  const days = namesOf(locale, 7, 'weekday', (index) => Date.UTC(2026, 1, 1 + index));
  return {
    month: (word) => found(months, word, 1),
    weekday: (word) => found(days, word, 0),
  };
}

function namesOf(locale: string, count: number, part: 'month' | 'weekday', moment: (index: number) => number) {
  return Array.from({ length: count }, (_, index) =>
    ['en-US', locale].flatMap((language) =>
      (['long', 'short'] as const).flatMap((width) => {
        const format = new Intl.DateTimeFormat(language, { timeZone: 'UTC', day: 'numeric', [part]: width });
        const alone = new Intl.DateTimeFormat(language, { timeZone: 'UTC', [part]: width });
        // Beside a day, a month may be bent: "3 апреля".
        const bent = format.formatToParts(moment(index)).find(({ type }) => type === part)?.value ?? '';
        return [bent, alone.format(moment(index))].map((name) => plain(name).replace(/\.$/, ''));
      }),
    ),
  );
}

function found(names: readonly (readonly string[])[], typed: string, first: number): number | undefined {
  const word = plain(typed).replace(/\.$/, '');
  const same = names.findIndex((all) => all.includes(word));
  if (same >= 0) return same + first;
  if (word.length < FEWEST_LETTERS) return undefined;
  const begun = names.flatMap((all, index) => (all.some((name) => name.startsWith(word)) ? [index] : []));
  return begun.length === 1 && begun[0] !== undefined ? begun[0] + first : undefined;
}
