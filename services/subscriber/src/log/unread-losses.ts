import type { FeedEvent, LostMessages } from '@tickwatch/feed';
import type { LaneLogs } from './lane-logs.ts';

/** Without places all of it is lost; of what lay between those of a spool, what is not committed. */
type Loss = Pick<LostMessages, 'lane' | 'messages'> & Partial<LostMessages>;

/**
 * Messages that a log lost before this process could read them: overtaken by a stream's retention, or in a damaged spool.
 * Those of a spool count when it is known how far the lane is committed.
 */
export class UnreadLosses {
  #losses: Loss[] = [];
  #logs: LaneLogs | undefined;

  take(event: FeedEvent): void {
    if (event.type === 'messages_overtaken') this.#losses.push({ lane: event.lane, messages: event.count });
    else if (event.type === 'spool_salvaged') this.#losses.push(...event.lost);
    this.count();
  }

  /** A damaged spool tells of it while it is opened, before there are logs. */
  countIn(logs: LaneLogs): void {
    this.#logs = logs;
    this.count();
  }

  /** Enters into the ledgers what can be; called again when lanes were taken. */
  count(): void {
    if (this.#logs === undefined) return;
    const later: Loss[] = [];
    for (const loss of this.#losses) {
      const log = this.#logs.get(loss.lane);
      if (loss.upTo !== undefined && log?.place === undefined) later.push(loss);
      else log?.ledger.lose(notCommitted(loss, log.place));
    }
    this.#losses = later;
  }
}

function notCommitted({ messages, after, upTo }: Loss, place = '0'): number {
  if (upTo === undefined) return messages;
  return Math.max(0, Math.min(messages, Number(upTo) - Math.max(Number(after), Number(place))));
}
