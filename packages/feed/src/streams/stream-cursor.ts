import type { EpochMicros } from '@tickwatch/core';
import { compareStreamIds, STREAM_START, streamIdAfter, streamIdTime } from './stream-place.ts';
import type { StreamInfo } from './stream-reply.ts';

/** Messages that retention removed before they were read: how many, or at least how many. */
export interface Overtaken {
  readonly count: number;
  readonly exact: boolean;
  /** They were deleted among others, nobody knows where. Left out: before what is read next. */
  readonly between?: { readonly from: EpochMicros; readonly to: EpochMicros };
}

/** How far one stream is read, and whether retention removed something before that. */
export class StreamCursor {
  /** The last entry that was read. */
  #id: string;
  /** How many entries had ever been added up to it; `undefined` until it was known once. */
  #index: number | undefined;
  #isSuspect: boolean;
  /** Nothing that was added before this time is missing and not told. */
  #wholeAt: EpochMicros | undefined;

  /** @param isRestarted what the stream had before is told as missing already, however much it was */
  constructor(id: string, isRestarted = false) {
    this.#id = id;
    this.#index = id === STREAM_START && !isRestarted ? 0 : undefined;
    this.#isSuspect = isRestarted;
    this.#wholeAt = id === STREAM_START ? undefined : streamIdTime(id);
  }

  advance(id: string, count: number): void {
    this.#id = id;
    if (this.#index !== undefined) this.#index += count;
  }

  /** True when every entry of the stream was added after what was read last. */
  isAllNew({ added, length }: StreamInfo): boolean {
    return this.#index !== undefined && added !== undefined && added - this.#index >= length;
  }

  /**
   * Compares what was read with what was ever added. Whenever reading is level with the stream's end, or all that is
   * left lies ahead, the difference is exact; before the first such moment only that something is missing is known.
   */
  inspect({ added, length, firstId, lastId, maxDeletedId }: StreamInfo): Overtaken | undefined {
    if (added === undefined) return undefined;
    const isAllAhead = firstId === undefined || compareStreamIds(firstId, this.#id) > 0;
    this.#wholeAt ??= firstId === undefined ? undefined : streamIdTime(firstId);
    const between = { from: this.#wholeAt ?? streamIdTime(lastId), to: streamIdTime(maxDeletedId) };
    if (lastId === this.#id) {
      this.#wholeAt = streamIdTime(lastId);
      const missing = this.#settle(added, false);
      return missing && { ...missing, between };
    }
    const isDeleted = compareStreamIds(maxDeletedId, this.#id) > 0;
    // What is committed is never trimmed by ourselves: where the entry that was read last is gone, others trimmed beyond it.
    if (isAllAhead) {
      const missing = this.#settle(added - length, isDeleted || isEntryId(this.#id));
      const isAmong = firstId !== undefined && compareStreamIds(maxDeletedId, firstId) > 0;
      if (firstId !== undefined) this.#wholeAt = streamIdTime(firstId);
      return missing && isAmong ? { ...missing, between } : missing;
    }
    return this.#index === undefined && isDeleted ? this.#suspect() : undefined;
  }

  /** @param index entries ever added before what is still to be read @param isMissing whether something before it is missing */
  #settle(index: number, isMissing: boolean): Overtaken | undefined {
    const before = this.#index;
    this.#index = index;
    if (before === undefined) return isMissing ? this.#suspect() : undefined;
    return index > before ? { count: index - before, exact: true } : undefined;
  }

  #suspect(): Overtaken | undefined {
    if (this.#isSuspect) return undefined;
    this.#isSuspect = true;
    return { count: 1, exact: false };
  }
}

/** False: a place before all entries, or between those of two times. */
function isEntryId(id: string): boolean {
  return id !== STREAM_START && id !== streamIdAfter(streamIdTime(id));
}
