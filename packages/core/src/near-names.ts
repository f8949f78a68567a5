import { editDistance } from './edit-distance.ts';

/**
 * The known names that a name may be meant for, the likeliest first: those that differ in capitals only, then by a letter or
 * two (one, for short names), then those that begin with it.
 */
export function nearNames(name: string, known: readonly string[], most = 3): readonly string[] {
  const plain = name.toLowerCase();
  const allowed = name.length < 5 ? 1 : 2;
  const near = known
    .map((candidate) => ({ candidate, rank: rankOf(plain, candidate.toLowerCase()) }))
    .filter(({ rank }) => rank <= allowed || rank === BEGINS)
    .sort((a, b) => a.rank - b.rank || (a.candidate < b.candidate ? -1 : 1));
  return near.slice(0, most).map(({ candidate }) => candidate);
}

const BEGINS = 10;

function rankOf(name: string, candidate: string): number {
  if (name === candidate) return 0;
  const apart = editDistance(name, candidate, 2);
  return apart > 2 && candidate.startsWith(name) ? BEGINS : apart;
}

/** The one of a few known names that is nearest, if it is near at all: half of its letters may differ. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const plain = name.toLowerCase();
  const most = Math.floor(plain.length / 2);
  const near = known
    .map((candidate) => ({ candidate, apart: editDistance(plain, candidate.toLowerCase(), most) }))
    .filter(({ apart }) => apart <= most)
    .sort((a, b) => a.apart - b.apart);
  return nearNames(name, known, 1)[0] ?? near[0]?.candidate;
}
