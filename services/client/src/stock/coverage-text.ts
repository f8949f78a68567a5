import { messagesText, reasonText } from '../format/hole-text.ts';
import { countText } from '../format/number-text.ts';
import { dateTimeText, rangeText, spanText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import type { CoverageKind, CoveragePart, KnownHole } from './coverage-parts.ts';

export const KIND_TEXTS: Readonly<Record<CoverageKind, string>> = {
  covered: 'Covered',
  missing: 'Missing',
  refused: 'Refused',
  closed: 'Closed',
  unknown: 'Not known',
  asking: 'Not answered yet',
};

const WHY: Readonly<Record<CoverageKind, string>> = {
  covered: 'All that was published here is stored.',
  missing: 'Ticks are, or may be, missing.',
  refused: 'What came was turned away and is not stored.',
  closed: 'No exchange of this stock was open. What ticks came are stored.',
  unknown: 'Nobody can tell whether ticks are missing.',
  asking:
    'What is known of this time is asked for. Of very many holes only the first hundred are told: zoom in for more.',
};

/** What a kind of part means, a sentence. */
export function whyText({ kind }: CoveragePart): string {
  return WHY[kind];
}

/** `Nov 27, 2026 14:05:00 to 14:12:30, 7 min`. */
export function partTimes(zone: ZoneChoice, { from, to }: CoveragePart): string {
  const [start, end] = [from * 1e6, to * 1e6].map(Math.round) as [number, number];
  // A hole of one tick is a moment.
  if (to - from < 0.002) return dateTimeText(zone, start, 3);
  return `${rangeText(zone, start, end)}, ${spanText(to - from)}`;
}

/** `Missing, Nov 27, 2026 14:05:00 to 14:12:30, 7 min: nobody was listening, 120 messages`. */
export function partText(zone: ZoneChoice, part: CoveragePart): string {
  const why = reasonsText(part.holes);
  return `${KIND_TEXTS[part.kind]}, ${partTimes(zone, part)}${why === '' ? '' : `: ${why}`}`;
}

function reasonsText(holes: readonly KnownHole[]): string {
  if (holes.length > 3) return `${countText(holes.length)} holes`;
  return holes
    .map(({ reason, messages }) => [reasonText(reason), messagesText(messages)].filter(Boolean).join(', '))
    .join('; ');
}

/** Whom a hole concerns: `lane NASDAQ/2`, `only AAPL, MSFT and 3 more`; nothing more is known: ''. */
export function concernText(hole: KnownHole): string {
  if (!('lane' in hole)) return '';
  const { lane, stocks } = hole;
  const only = stocks === null ? '' : `only ${stocks.slice(0, 5).join(', ')}${more(stocks.length - 5)}`;
  return [lane === null ? '' : `lane ${lane}`, only].filter(Boolean).join(', ');
}

function more(count: number): string {
  return count > 0 ? ` and ${countText(count)} more` : '';
}
