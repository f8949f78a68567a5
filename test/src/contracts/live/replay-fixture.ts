import type { LivePublisher, ReplayChannel, ReplayChannels } from '@tickwatch/live';

export interface ReplayFixture extends AsyncDisposable {
  readonly replays: ReplayChannels;
  /** Live channels of the same server. */
  readonly publisher: LivePublisher;
  readonly websocketUrl: string;
}

export interface ReplayContract {
  /** Starts a server as it is shipped, with the channels NASDAQ and NYSE. */
  start(): Promise<ReplayFixture>;
  /** What a name that no replay has, though it could, is answered with; left out: it stays silent. */
  readonly unknownCode?: number;
}

/** Messages with consecutive numbers in the place of sequence numbers. */
export function messages(from: number, count: number, bytesEach = 0): readonly string[] {
  const rest = ' '.repeat(bytesEach);
  return Array.from({ length: count }, (_, i) => `{"ticks":[{"seq":${from + i},"rest":"${rest}"}]}`);
}

export async function publishAll(channel: ReplayChannel, data: readonly string[]): Promise<void> {
  for (const message of data) await channel.publish(message);
}

export function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}
