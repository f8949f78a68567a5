import type { LaneCounts } from '@tickwatch/core';
import { CentrifugoApi, type CentrifugoApiOptions } from './centrifugo-api.ts';
import { CentrifugoSender } from './centrifugo-sender.ts';
import { createPublisher } from './create-publisher.ts';
import type { LiveEvent, LivePublisher } from './live-publisher.ts';

export interface CentrifugoPublisherOptions
  extends Omit<CentrifugoApiOptions, 'timeoutMs' | 'connections' | 'onSwitch'> {
  /** How many lanes each exchange has; left out: one. */
  readonly lanes?: LaneCounts;
  /** What a viewer of all boards gets, at most; left out: boards are not told. */
  readonly boardBytesPerSecond?: number | undefined;
  readonly onEvent?: (event: LiveEvent) => void;
  /** For one batch, in ms; a server that takes longer counts as down. */
  readonly timeoutMs?: number;
}

/**
 * Publishes through the HTTP API of Centrifugo v6: on the exchange's channel, on its lane's where it has several, and, over a
 * connection of its own, on its board. Until the server has answered once it counts as down, so that a wrong key shows
 * before the first tick.
 * @throws Error when an address or the key cannot be used at all
 */
export function createCentrifugoPublisher({
  lanes,
  boardBytesPerSecond,
  onEvent = () => {},
  timeoutMs = 3000,
  ...where
}: CentrifugoPublisherOptions): LivePublisher {
  const open = (): CentrifugoApi =>
    new CentrifugoApi({ ...where, timeoutMs, onSwitch: (event) => onEvent({ type: 'switched', ...event }) });
  const api = open();
  const unproven = `Centrifugo at ${api.hosts} has not answered yet`;
  const options = { lanes, boardBytesPerSecond, onEvent, unproven };
  return createPublisher(new CentrifugoSender(api), () => new CentrifugoSender(open()), options);
}
