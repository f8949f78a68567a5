import type { MarketPart, MarketStream } from './market/market-answer.ts';
import type { MarketQuestion } from './market/market-chunk.ts';
import type { Snapshot } from './snapshot.ts';
import type { Answer, AskOptions, TickReader } from './tick-reader.ts';

export interface SnapshotRequest extends AskOptions {
  /** False: no ticks beside those of the database are wanted; default: those of every stock. */
  readonly tail?: boolean;
  /** True: of all connections, only a part may do this at a time. */
  readonly isWide?: boolean;
}

export interface MarketOptions extends AskOptions {
  /** True: the caller looks after a reader who stalls. */
  readonly mayRest?: boolean;
}

/** A reader of one database, which may be one of several that share the lanes: others' answers can be joined to its own. */
export interface NodeReader extends TickReader {
  /** For an answer that several databases have to give together. */
  inSnapshot<T>(request: SnapshotRequest, work: (snapshot: Snapshot) => Promise<T>): Promise<Answer<T>>;
  market(question: MarketQuestion, options?: MarketOptions): Promise<MarketStream>;
  marketPart(question: MarketQuestion & { readonly limit: number }, options?: AskOptions): Promise<MarketPart>;
}
