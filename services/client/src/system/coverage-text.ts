import type { Coverage, CoverageState } from '@tickwatch/core';
import { calendarDay, dayFormat } from '../format/date-format.ts';
import { messagesText, reasonText } from '../format/hole-text.ts';
import { LOCALE } from '../format/locale.ts';
import { spanText } from '../format/time-text.ts';

/** One day of one exchange. */
export type CoverageDay = Coverage[number]['days'][number];

/** What a day's mark means. */
export const STATE_TEXTS: Readonly<Record<CoverageState, string>> = {
  complete: 'complete',
  holes: 'holes',
  closed: 'closed',
  unknown: 'not known',
};

const writeDay = dayFormat(LOCALE, { weekday: 'short' });

/** `Fri, Nov 27, 2026`. */
export function dayText({ day }: Pick<CoverageDay, 'day'>): string {
  return writeDay(calendarDay(day));
}

/** `Fri, Nov 27, 2026: 2 holes, 12 min missing, 340 messages; nobody was listening`. */
export function coverageText(day: CoverageDay): string {
  return `${dayText(day)}: ${stateText(day)}`;
}

function stateText({ state, holes, missing_seconds, messages, reasons }: CoverageDay): string {
  if (state === 'closed') return 'closed, no session';
  if (state === 'unknown') return `not known for ${spanText(missing_seconds)}, nobody listened yet`;
  if (state === 'complete') return 'complete';
  const counted = messagesText(messages);
  const parts = [
    holes === 1 ? '1 hole' : `${holes} holes`,
    ...(missing_seconds > 0 ? [`${spanText(missing_seconds)} not covered`] : []),
    ...(counted === '' ? [] : [`${counted} missing`]),
  ];
  const why = reasons.map(reasonText).join(', ');
  return parts.join(', ') + (why === '' ? '' : `; ${why}`);
}
