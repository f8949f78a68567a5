/**
 * The language that numbers and dates are written in. Digits stay latin and years gregorian in every language: figures
 * stand in columns, in fields that take latin digits alone, and beside what the API says.
 */
export function formatLocale(languages: readonly string[]): string {
  for (const language of languages) {
    try {
      return new Intl.Locale(language, { numberingSystem: 'latn', calendar: 'gregory' }).toString();
    } catch {
      // Not a language; the next one that the browser names may be.
    }
  }
  return 'en-US-u-ca-gregory-nu-latn';
}

/** The browser's. */
export const LOCALE = formatLocale(typeof navigator === 'undefined' ? [] : (navigator.languages ?? []));
