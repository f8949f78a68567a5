import { randomBytes } from 'node:crypto';

/** Where replays are heard: channels beside those of the exchanges, each made for one replay and gone with it. */
export interface ReplayChannels extends AsyncDisposable {
  /**
   * Makes the channel `replay:<id>`; whoever knows its name may listen, nobody but this process may publish.
   * @param id as {@link newReplayId} makes it
   * @throws Error it has another form, or is open already
   */
  open(id: string): ReplayChannel;
}

/** Disposing of it ends the subscriptions of whoever listens. */
export interface ReplayChannel extends AsyncDisposable {
  /** `replay:<id>`. */
  readonly name: string;
  /**
   * Publishes the JSON text of a message of at most {@link MAX_REPLAY_MESSAGE_BYTES}. Resolves when the next one may come: as
   * far as the server tells, whoever listens slowest has read on. One call at a time.
   * @throws Error the server is away or refuses; the same message may be published again, and is then heard once
   */
  publish(data: string): Promise<void>;
  /** How many listen, as far as it is known now. */
  readonly listeners: number;
  /** Called whenever that number changes; one listener at a time. */
  onListeners(changed: (listeners: number) => void): void;
}

export const REPLAY_PREFIX = 'replay:';

/** What of Centrifugo's settings replays need. */
export const REPLAY_NAMESPACE = 'channel namespace "replay"';

/** As of live. What is kept for cut listeners is bounded by number on Centrifugo, and so in bytes too. */
export const MAX_REPLAY_MESSAGE_BYTES = 16 * 1024;

const ID = /^[0-9a-f]{32}$/;

/** 128 random bits: only who was told the name can listen. */
export function newReplayId(): string {
  return randomBytes(16).toString('hex');
}

/** @throws Error the id can be guessed, or is no part of a channel's name */
export function replayChannelName(id: string): string {
  if (!ID.test(id)) throw new Error(`the id of a replay is 32 hexadecimal digits; "${id}" is not`);
  return REPLAY_PREFIX + id;
}

/** Whether a channel could be a replay's. */
export function isReplayName(channel: string): boolean {
  return channel.startsWith(REPLAY_PREFIX) && ID.test(channel.slice(REPLAY_PREFIX.length));
}

/** @returns its bytes. @throws Error the message is larger than is allowed */
export function replayMessageBytes(data: string): number {
  const bytes = Buffer.byteLength(data);
  if (bytes <= MAX_REPLAY_MESSAGE_BYTES) return bytes;
  throw new Error(`a replay's message has ${bytes} bytes; at most ${MAX_REPLAY_MESSAGE_BYTES} are sent at once`);
}
