import type { LaneCounts } from '@tickwatch/core';
import { BoardPublisher } from './board-publisher.ts';
import { BundledPublisher } from './bundled-publisher.ts';
import type { LiveEvent, LivePublisher } from './live-publisher.ts';
import type { LiveSender } from './live-sender.ts';

export interface PublisherOptions {
  /** How many lanes each exchange has; left out: one. */
  readonly lanes?: LaneCounts | undefined;
  /** What a viewer of all boards gets, at most; left out: boards are not told. */
  readonly boardBytesPerSecond?: number | undefined;
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
  /** See `BundleOptions`. */
  readonly unproven?: string;
}

/** Tells exchanges, lanes and boards. @param toBoards opens the sender of the boards, where there are any */
export function createPublisher(
  sender: LiveSender,
  toBoards: () => LiveSender,
  { lanes, boardBytesPerSecond: bytesPerSecond, onEvent = () => {}, unproven }: PublisherOptions,
): LivePublisher {
  const exchanges = new BundledPublisher(sender, { lanes, onEvent, ...(unproven === undefined ? {} : { unproven }) });
  if (bytesPerSecond === undefined) return exchanges;
  const own = { lanes, bytesPerSecond, onEvent: besides(exchanges, onEvent) };
  return withBoard(exchanges, new BoardPublisher(toBoards(), own));
}

/** Both end with it. */
function withBoard(exchanges: LivePublisher, board: BoardPublisher): LivePublisher {
  return {
    publish: (lane, ticks) => {
      exchanges.publish(lane, ticks);
      board.publish(lane, ticks);
    },
    drain: async (timeoutMs) => {
      await Promise.all([exchanges.drain(timeoutMs), board.drain(timeoutMs)]);
    },
    status: () => {
      const status = exchanges.status();
      const live = status.live.state === 'up' && board.state.state === 'down' ? board.state : status.live;
      return { ...status, live, boardForgot: board.forgotten };
    },
    [Symbol.asyncDispose]: async () => {
      await board[Symbol.asyncDispose]();
      await exchanges[Symbol.asyncDispose]();
    },
  };
}

/** Events of the board where those of the exchanges don't say the same: of an outage of both is told once. */
function besides(exchanges: LivePublisher, onEvent: (event: LiveEvent) => void): (event: LiveEvent) => void {
  let isTold = false;
  return (event) => {
    if (event.type === 'failed') {
      if (exchanges.status().live.state === 'down') return;
      isTold = true;
    } else if (event.type === 'recovered') {
      if (!isTold) return;
      isTold = false;
    }
    onEvent(event);
  };
}
