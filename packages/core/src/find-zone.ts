import { TimeZone } from './time-zone.ts';

/** There are some 600 names, and ways to write them; few are asked for. */
const MAX_KNOWN = 300;
const known = new Map<string, TimeZone>();

/** A time zone by its IANA name; `undefined`: there is none of this name. */
export function findZone(name: string): TimeZone | undefined {
  const found = known.get(name);
  if (found !== undefined) return found;
  try {
    const zone = new TimeZone(name);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, zone);
    return zone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
