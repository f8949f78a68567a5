import type { OnFeedEvent } from './feed-event.ts';
import { compareStreamIds, STREAM_START } from './stream-id.ts';
import type { StreamInfo } from './stream-reply.ts';

/** How far one stream is read, and whether retention removed something before that. */
export class StreamCursor {
  readonly exchange: string;
  readonly key: string;
  readonly #onEvent: OnFeedEvent;
  /** The last entry that was read. */
  id = STREAM_START;
  /** The newest entry when reading began: what came until then is replayed. */
  replayEnd = STREAM_START;
  /** What is in the stream, as it was looked at last. */
  length = 0;
  bytes = 0;
  overtaken = 0;
  /** How many entries had ever been added up to `id`; `undefined` until it was known once. */
  #index: number | undefined;
  #isSuspect = false;

  constructor(exchange: string, key: string, onEvent: OnFeedEvent) {
    this.exchange = exchange;
    this.key = key;
    this.#onEvent = onEvent;
  }

  begin(id: string): void {
    this.id = id;
    this.#index = id === STREAM_START ? 0 : undefined;
    this.#isSuspect = false;
  }

  advance(id: string, count: number): void {
    this.id = id;
    if (this.#index !== undefined) this.#index += count;
  }

  /**
   * Compares what was read with what was ever added. Whenever reading is level with the stream's end, or all that is
   * left lies ahead, the difference is exact; before the first such moment only that something is missing is known.
   */
  inspect(info: StreamInfo): void {
    this.length = info.length;
    if (info.added === undefined) return;
    const isAllAhead = info.firstId === undefined || compareStreamIds(info.firstId, this.id) > 0;
    if (this.id === info.lastId) this.#settle(info.added);
    else if (isAllAhead) this.#settle(info.added - info.length, info.maxDeletedId);
    else if (this.#index === undefined) this.#suspect(info.maxDeletedId);
  }

  /** @param index entries ever added before what is still to be read */
  #settle(index: number, maxDeletedId = STREAM_START): void {
    if (this.#index === undefined) this.#suspect(maxDeletedId);
    else if (index > this.#index) this.#report(index - this.#index, true);
    this.#index = index;
  }

  #suspect(maxDeletedId: string): void {
    if (this.#isSuspect || compareStreamIds(maxDeletedId, this.id) <= 0) return;
    this.#isSuspect = true;
    this.#report(1, false);
  }

  #report(count: number, exact: boolean): void {
    this.overtaken += count;
    this.#onEvent({ type: 'messages_overtaken', exchange: this.exchange, count, exact });
  }
}
