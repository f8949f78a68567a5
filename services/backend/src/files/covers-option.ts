import { formatMicros, namedZone, nowMicros, TIME_FORMS } from '@tickwatch/core';
import type { Span } from '@tickwatch/store';
import { momentSpan } from '../http/moment.ts';
import { FileError } from './file-error.ts';

/**
 * The time that `--covers FROM/TO` names; a date is that whole day in `timeZone` (UTC), both ends are included.
 * @throws FileError it is none, ends before it begins, or lies in the future
 */
export function readCovers(text: string, timeZone: string | undefined): Span {
  const said = `--covers ${JSON.stringify(text)}`;
  const zone = timeZone === undefined ? undefined : namedZone(timeZone);
  const read = (one: string) => {
    const span = momentSpan(one, zone);
    return typeof span === 'object' ? span : undefined;
  };
  const places = [...text].flatMap((char, i) => (char === '/' ? [i] : []));
  // Dates and time zones may have a "/", too.
  const found = places.flatMap((place) => {
    const [from, to] = [read(text.slice(0, place)), read(text.slice(place + 1))];
    return from === undefined || to === undefined ? [] : [{ from: from.first, to: to.last }];
  });
  const [span] = found;
  if (span === undefined || found.length > 1) {
    throw new FileError(`${said} is not FROM/TO, as 2026-11-02/2026-11-06: each is ${TIME_FORMS}`);
  }
  if (span.from > span.to) {
    throw new FileError(`${said} ends before it begins (${formatMicros(span.from)} and ${formatMicros(span.to)})`);
  }
  const now = nowMicros();
  if (span.to > now) {
    const end = `it ends at ${formatMicros(span.to)}, and it is ${formatMicros(now)}`;
    throw new FileError(
      `${said}: a file can't hold what is not published yet; ${end}. Name the time up to which it goes`,
    );
  }
  return span;
}
