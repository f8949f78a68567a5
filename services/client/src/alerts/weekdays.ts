import type { Weekday } from '@tickwatch/core';

/** In their order, as the API names them. */
export const DAYS: readonly { readonly day: Weekday; readonly label: string }[] = [
  { day: 'mon', label: 'Mon' },
  { day: 'tue', label: 'Tue' },
  { day: 'wed', label: 'Wed' },
  { day: 'thu', label: 'Thu' },
  { day: 'fri', label: 'Fri' },
  { day: 'sat', label: 'Sat' },
  { day: 'sun', label: 'Sun' },
];

/** `Mon–Fri`, `Mon, Wed, Sat–Sun`: three and more that follow each other, and a weekend, as a span. */
export function weekdaysText(days: readonly Weekday[]): string {
  const spans: string[][] = [];
  let before = -2;
  DAYS.forEach(({ day, label }, index) => {
    if (!days.includes(day)) return;
    if (index === before + 1) spans.at(-1)?.push(label);
    else spans.push([label]);
    before = index;
  });
  return spans.map((span) => (span.length === 1 ? span[0] : `${span[0]}–${span.at(-1)}`)).join(', ');
}
