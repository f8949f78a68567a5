import { namedZone, type TimeZone } from '@tickwatch/core';
import { ParameterError, quoted } from './problem-reply.ts';

/** The time zone that a request names; `undefined`: none, and UTC is meant. @throws ParameterError naming the parameter */
export function readZone(timezone: string | undefined, parameter = 'timezone'): TimeZone | undefined {
  if (timezone === undefined) return undefined;
  const zone = namedZone(timezone);
  if (zone !== undefined) return zone;
  const meant = zoneLike(timezone);
  const hint = meant === undefined ? 'give an IANA name such as America/New_York' : `did you mean ${meant}?`;
  throw new ParameterError(parameter, `there is no time zone ${quoted(timezone)}: ${hint}`);
}

/** The zone whose city this is, however it is written. */
function zoneLike(name: string): string | undefined {
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
  const wanted = bare(name.split('/').at(-1) ?? '');
  return Intl.supportedValuesOf('timeZone').find((zone) => bare(zone.split('/').at(-1) ?? '') === wanted);
}
