import { encodeLiveMessage, formatMicros } from '@tickwatch/core';
import type { Played } from './played.ts';

/**
 * What goes over a replay's channel: the message of the live channels, and how the replay is.
 * @param skipped ticks that were left out so far; told where there are any
 */
export function encodeReplayMessage(
  { ticks, seek, time, speed, state }: Omit<Played, 'place'>,
  skipped: number,
): string {
  const replay = { seek, time: formatMicros(time), speed, state, ...(skipped === 0 ? {} : { skipped }) };
  return `${encodeLiveMessage(ticks).slice(0, -1)},"replay":${JSON.stringify(replay)}}`;
}
