import type { SpooledFile } from './spooled-file.ts';

/** How a file is made. */
export interface Making<H> {
  /** Goes with every answer that is made of the file. */
  readonly head: H;
  /** Changes the file's tag where `head` says something else of the same bytes. */
  readonly headTag: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface MadeFile<H> {
  readonly head: H;
  /** A strong entity tag. */
  readonly tag: string;
  readonly file: SpooledFile;
}

export interface FileRequest {
  /** The question, in one form. */
  readonly key: string;
  readonly client: string;
  /**
   * `head`: how long the file is; `foot`: so many bytes of its end; `whole`: all of it. Each of them begins a reading. `part`: of
   * a file whose length is known.
   */
  readonly wants: 'head' | 'foot' | 'whole' | 'part';
  /** Tags that the asker knows; a file that has one of them is the one that is meant. */
  readonly tags: readonly string[];
  readonly signal: AbortSignal;
}

/** A file that there is, or that is being made. */
export interface Entry<H> {
  readonly key: string;
  readonly begunAt: number;
  /** Who has seen it. */
  readonly clients: Set<string>;
  readonly stop: AbortController;
  readonly making: Promise<MadeFile<H>>;
  made: MadeFile<H> | undefined;
  madeAt: number;
  usedAt: number;
  bytes: number;
  waiting: number;
  /** Somebody knows its length, and comes for the rest. */
  announced: boolean;
}

/** Whoever asks within it asks at the same time: one file for all of them. */
const SAME_TIME_MS = 1000;
/** From a file's making to the next request that means the same moment. */
const NEXT_REQUEST_MS = 2000;
/** From what a HEAD said of a file to the reading of its end. */
const HEAD_TO_FOOT_MS = 10_000;

/** The file that a request means, of those that there are or that are being made; `undefined`: a new one. */
export function wantedEntry<H>(
  entries: readonly Entry<H>[],
  { key, client, wants, tags }: FileRequest,
  now: number,
): Entry<H> | undefined {
  // One that everybody has left is given up.
  const same = entries.filter((entry) => entry.key === key && !entry.stop.signal.aborted);
  const meant = same.findLast(({ made }) => made !== undefined && tags.includes(made.tag));
  if (meant !== undefined) return meant;
  const theirs = same.filter(({ clients }) => clients.has(client));
  // Whoever names a file that is no more begins anew.
  if (wants === 'part' && tags.length === 0) return theirs.at(-1) ?? same.at(-1);
  const announced = theirs.findLast((entry) => entry.announced);
  const nextWithin = wants === 'foot' ? HEAD_TO_FOOT_MS : NEXT_REQUEST_MS;
  if (announced?.made !== undefined && now - announced.madeAt < nextWithin) return announced;
  return same.findLast(({ made, begunAt, madeAt }) =>
    made === undefined ? now - begunAt < SAME_TIME_MS : wants !== 'whole' && now - madeAt < NEXT_REQUEST_MS,
  );
}
