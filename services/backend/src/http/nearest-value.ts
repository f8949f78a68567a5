import { editDistance } from '@tickwatch/core';

/** What values are called elsewhere. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  pq: 'parquet',
  feather: 'arrow',
  ipc: 'arrow',
  jsonl: 'ndjson',
  jsonlines: 'ndjson',
  ascending: 'asc',
  descending: 'desc',
};

/** The value that somebody most likely meant of those that a parameter takes; `undefined`: none is near. */
export function nearestValue(given: string, values: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  const other = OTHER_NAMES[wanted];
  if (other !== undefined && values.includes(other)) return other;
  const most = Math.max(1, Math.floor(wanted.length / 2));
  const near = values
    .map((value) => ({ value, distance: editDistance(wanted, value, most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.value;
}
