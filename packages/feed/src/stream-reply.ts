import { streamIdTime } from './stream-id.ts';
import { type FeedBatch, type FeedMessage, MAX_BATCH_MESSAGES } from './tick-feed.ts';

/** An entry of a stream: id, then fields and values in turn. */
export type RawEntry = readonly [Buffer, readonly Buffer[]];

export interface StreamInfo {
  readonly length: number;
  /** Entries that were ever added; `undefined` before Redis 7. */
  readonly added: number | undefined;
  readonly firstId: string | undefined;
  readonly lastId: string;
  readonly maxDeletedId: string;
}

const FIELD = Buffer.from('m');
const EMPTY = new Uint8Array();

/** The answer of XREAD: entries by key. */
export function parseStreams(reply: unknown): ReadonlyMap<string, readonly RawEntry[]> {
  return new Map(
    ((reply ?? []) as readonly (readonly [Buffer, readonly RawEntry[]])[]).map(([key, entries]) => [
      key.toString(),
      entries,
    ]),
  );
}

/** Entries as a batch; an entry without field `m` becomes an empty message, so that it is counted as rejected. */
export function toStreamBatch(exchange: string, entries: readonly RawEntry[], replayed: boolean): FeedBatch {
  let position = '';
  const messages = entries.map(([rawId, fields]): FeedMessage => {
    position = rawId.toString('latin1');
    return { payload: payloadOf(fields), receivedAt: streamIdTime(position) };
  });
  return { exchange, messages, position, replayed };
}

export function parseEntries(reply: unknown): readonly RawEntry[] {
  return reply as readonly RawEntry[];
}

export function entryId([id]: RawEntry): string {
  return id.toString('latin1');
}

/** The answer of XINFO STREAM. */
export function parseStreamInfo(reply: unknown): StreamInfo {
  const list = reply as readonly unknown[];
  const field = (name: string): unknown => list[list.findIndex((item, i) => i % 2 === 0 && String(item) === name) + 1];
  const added = field('entries-added');
  const first = field('first-entry') as RawEntry | null;
  return {
    length: Number(field('length')),
    added: typeof added === 'number' ? added : undefined,
    firstId: first === null ? undefined : entryId(first),
    lastId: String(field('last-generated-id')),
    maxDeletedId: String(field('max-deleted-entry-id') ?? '0-0'),
  };
}

/** In parts of at most {@link MAX_BATCH_MESSAGES}, as a count for commands. */
export function pageSize(limit: number): string {
  return String(Math.min(limit, MAX_BATCH_MESSAGES));
}

function payloadOf(fields: readonly Buffer[]): Uint8Array {
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]?.equals(FIELD)) return fields[i + 1] ?? EMPTY;
  }
  return EMPTY;
}
