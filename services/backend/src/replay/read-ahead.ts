import { backoffMs } from '@tickwatch/core';
import { BadQuestionError, type MarketChunk, type MarketPlace } from '@tickwatch/store';
import type { Timeline } from './timeline.ts';

/** One page of the ticks that are replayed, from a place on. */
export type ReadPage = (
  place: { readonly from: number; readonly after: MarketPlace | undefined; readonly limit: number },
  signal: AbortSignal,
) => Promise<ReadPageAnswer>;

export interface ReadPageAnswer {
  readonly chunks: readonly MarketChunk[];
  readonly next: MarketPlace | undefined;
  /** Nothing is missing from there on, as far as it is known now. */
  readonly isComplete: boolean;
}

/** The first page is short, for it is waited for; each further one is four times as long, up to the last of these. */
const FIRST_PAGE = 1000;
const LARGEST_PAGE = 16_000;
/** Besides the one that is played from. */
const PAGES_AHEAD = 2;

/** A place in the order of arrival between pages: so many ticks behind one. */
export interface PageOffset {
  readonly after: MarketPlace | undefined;
  readonly skip: number;
}

interface Page {
  readonly after: MarketPlace | undefined;
  readonly chunks: readonly MarketChunk[];
}

/** Where a player is: the next tick. */
export interface Head {
  readonly chunk: MarketChunk;
  readonly index: number;
}

/**
 * Reads the ticks from a moment on, page by page, two pages ahead and no further: no snapshot is held while they wait. What
 * can't be read is tried again until it can, unless its place is gone: a day was sealed meanwhile, say, and which of its ticks
 * were given before can't be told.
 */
export class ReadAhead implements Disposable {
  readonly #read: ReadPage;
  readonly #from: number;
  readonly #timeline: Timeline;
  readonly #changed: (error: unknown) => void;
  readonly #abort = new AbortController();
  readonly #pages: Page[] = [];
  #next: MarketPlace | undefined;
  #isRead = false;
  #isReading = false;
  #limit = FIRST_PAGE;
  #failures = 0;
  /** Why there is nothing behind the pages that are there. */
  #gone: BadQuestionError | undefined;
  /** Of the first page: the chunk, the tick in it, and the ticks before that. */
  #chunk = 0;
  #index = 0;
  #before = 0;
  #skip: number;
  #retry = (): void => {};

  /** @param changed called when there is more, or the end; or with what failed */
  constructor(
    read: ReadPage,
    from: number,
    timeline: Timeline,
    changed: (error: unknown) => void,
    { after, skip }: PageOffset = { after: undefined, skip: 0 },
  ) {
    this.#read = read;
    this.#from = from;
    this.#timeline = timeline;
    this.#changed = changed;
    this.#next = after;
    this.#skip = skip;
    this.#fill();
  }

  /** The next tick; `reading`: it is not there yet. @throws BadQuestionError its place is gone */
  next(): Head | 'reading' | 'end' {
    const head = this.head();
    if (head === undefined && this.#gone !== undefined) throw this.#gone;
    return head ?? (this.#isRead ? 'end' : 'reading');
  }

  /** The next tick, if it is there. */
  head(): Head | undefined {
    const chunk = this.#pages[0]?.chunks[this.#chunk];
    return chunk && { chunk, index: this.#index };
  }

  /** Goes on behind so many ticks of the chunk of {@link head}. */
  advance(ticks: number): void {
    this.#index += ticks;
    this.#before += ticks;
    const page = this.#pages[0];
    if (page === undefined || this.#index < (page.chunks[this.#chunk]?.count ?? 0)) return;
    this.#chunk++;
    this.#index = 0;
    if (this.#chunk < page.chunks.length) return;
    // The last page stays known, for its place.
    if (this.#pages.length > 1 || !this.#isRead) this.#drop();
    this.#fill();
  }

  /** Where {@link head} is, for whoever goes on from there another time. */
  place(): PageOffset {
    const page = this.#pages[0];
    return page === undefined ? { after: this.#next, skip: this.#skip } : { after: page.after, skip: this.#before };
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
    this.#retry();
  }

  #drop(): void {
    this.#pages.shift();
    this.#chunk = 0;
    this.#index = 0;
    this.#before = 0;
  }

  #fill(): void {
    if (this.#isReading || this.#isRead || this.#pages.length > PAGES_AHEAD || this.#abort.signal.aborted) return;
    this.#isReading = true;
    void this.#readPage();
  }

  async #readPage(): Promise<void> {
    const { signal } = this.#abort;
    const after = this.#next;
    try {
      const { chunks, next } = await this.#read({ from: this.#from, after, limit: this.#limit }, signal);
      if (signal.aborted) return;
      this.#limit = Math.min(LARGEST_PAGE, this.#limit * 4);
      this.#failures = 0;
      this.#isReading = false;
      this.#take({ after, chunks: chunks.filter(({ count }) => count > 0) }, next);
      this.#changed(undefined);
      this.#fill();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof BadQuestionError) this.#gone = error;
      this.#changed(error);
      if (this.#gone !== undefined) return;
      this.#retry = this.#timeline.at(this.#timeline.now() + backoffMs(this.#failures++), () => void this.#readPage());
    }
  }

  #take(page: Page, next: MarketPlace | undefined): void {
    this.#next = next;
    this.#isRead = next === undefined;
    if (page.chunks.length === 0) return;
    this.#pages.push(page);
    if (this.#skip > 0) this.#skipTicks(page);
  }

  /** What was played another time, at the begin. */
  #skipTicks(page: Page): void {
    for (const { count } of page.chunks) {
      const ticks = Math.min(count, this.#skip);
      this.#skip -= ticks;
      if (ticks > 0) this.advance(ticks);
    }
  }
}
