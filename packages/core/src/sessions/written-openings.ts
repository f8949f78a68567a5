import { HOURS_FORM, type Hours, parseDays, parseHours } from './opening-hours.ts';

/** Takes down what is wrong; gives undefined, to go on with. */
export type Note = (what: string) => undefined;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What somebody wrote, cut to a length that fits into a sentence. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Openings by days, `{"Mon-Fri": "09:30-16:00"}`, as those of a week. */
export function readWeek(value: unknown, note: Note): readonly (readonly Hours[])[] | undefined {
  const form = '{"Mon-Fri":"09:30-16:00"}';
  if (!isRecord(value)) {
    return note(
      value === undefined ? `lacks hours, as in ${form}` : `hours is ${shown(value)}; it has to look like ${form}`,
    );
  }
  const week = new Map<number, readonly Hours[]>();
  for (const [name, written] of Object.entries(value)) {
    const days = parseDays(name);
    if (days === undefined)
      note(`hours has ${shown(name)}: no days; they have to look like "Mon", "Mon-Fri" or "Sat,Sun"`);
    const openings = readOpenings(written, `hours of ${shown(name)}`, note) ?? [];
    for (const day of days ?? []) {
      if (week.has(day))
        note(`hours has a day of ${shown(name)} twice; give each day once, with a list of its openings`);
      week.set(day, openings);
    }
  }
  if ([...week.values()].every((openings) => openings.length === 0)) return note(`hours has no opening, as in ${form}`);
  return Array.from({ length: 7 }, (_, day) => week.get(day) ?? []);
}

/** One opening, or a list of them. */
export function readOpenings(value: unknown, of: string, note: Note): readonly Hours[] | undefined {
  const openings: Hours[] = [];
  for (const text of Array.isArray(value) ? value : [value]) {
    const hours = typeof text === 'string' ? parseHours(text) : undefined;
    if (hours === undefined) return note(`${of}: ${shown(text)} are no hours; they have to look like ${HOURS_FORM}`);
    openings.push(hours);
  }
  const ordered = openings.toSorted((a, b) => a.open - b.open);
  const doubled = ordered.some(({ open }, i) => open < (ordered[i - 1]?.close ?? open));
  return doubled ? note(`${of}: ${shown(value)} overlap; an opening has to end before the next begins`) : ordered;
}
