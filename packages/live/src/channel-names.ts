import { ALERTS_CHANNEL, boardChannel, type LaneCounts, laneChannel, laneName } from '@tickwatch/core';

/** What decides which channels there are. */
export interface WatchedParts {
  /** The exchanges: each is a channel. */
  readonly channels: readonly string[];
  /** How many lanes each exchange has; left out: one. Where there are several, each has a channel of its own. */
  readonly lanes?: LaneCounts;
  /** What a viewer of all boards gets, at most; left out: there are no boards. */
  readonly boardBytesPerSecond?: number | undefined;
}

/** The names of all channels but those of replays. */
export function channelNames({ channels, lanes, boardBytesPerSecond }: WatchedParts): readonly string[] {
  const boards = boardBytesPerSecond === undefined ? [] : channels.map(boardChannel);
  const several = channels.flatMap((exchange) => {
    const count = lanes?.get(exchange) ?? 1;
    return count === 1 ? [] : Array.from({ length: count }, (_, k) => laneChannel(laneName(exchange, k)));
  });
  return [...channels, ...boards, ...several, ALERTS_CHANNEL];
}
