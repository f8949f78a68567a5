import { encodeLiveMessage, formatMicros } from '@tickwatch/core';
import type { Played } from './played.ts';

/** What goes over a replay's channel: the message of the live channels, and how the replay is. */
export function encodeReplayMessage({ ticks, seek, time, speed, state }: Omit<Played, 'place'>): string {
  const replay = { seek, time: formatMicros(time), speed, state };
  return `${encodeLiveMessage(ticks).slice(0, -1)},"replay":${JSON.stringify(replay)}}`;
}
