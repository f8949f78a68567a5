import { ErrorReply } from '@redis/client';
import type { RedisNodes } from '../redis-nodes.ts';
import { compareStreamIds, MAX_COUNT, STREAM_START, type StreamPlace } from './stream-place.ts';
import { parseEntries, parseGroups, parseInfo, type StreamEntry, type StreamInfo } from './stream-reply.ts';

/** A consumer group from which nobody reads: it lives and dies with the stream that it marks. */
interface Mark {
  /** `tickwatch-<generation>`, and `@` and `start` where that is not the stream's. */
  readonly name: string;
  /** Before the first entry of this generation. */
  readonly start: string;
  /** What need not be read again: up to here it is committed. */
  readonly last: string;
}

/** By generation. */
export type Marks = ReadonlyMap<number, Mark>;

/** How a stream is at one moment. */
export interface Look {
  /** `undefined`: there is no stream. */
  readonly info: StreamInfo | undefined;
  readonly marks: Marks;
  readonly entries: readonly StreamEntry[];
}

const MARK = /^tickwatch-(\d+)(?:@(\d+-\d+))?$/;

/** @param from entries from this id on. @throws FeedUnavailableError */
export async function lookAt(nodes: RedisNodes, key: string, from: string, count: number): Promise<Look> {
  const answers = await nodes.runTogether(key, [
    ['XINFO', 'GROUPS', key],
    ['XINFO', 'STREAM', key],
    ['XRANGE', key, from, '+', 'COUNT', String(count)],
  ]);
  const error = answers.find((answer) => answer instanceof ErrorReply);
  if (error !== undefined && /no such key/.test(error.message))
    return { info: undefined, marks: new Map(), entries: [] };
  if (error !== undefined) throw nodes.failure(key, error);
  const [groups, info, entries] = answers;
  const marks = [...parseGroups(groups)].flatMap(([name, last]): [number, Mark][] => {
    const [, generation, start = STREAM_START] = MARK.exec(name) ?? [];
    return generation === undefined ? [] : [[Number(generation), { name, start, last }]];
  });
  return { info: parseInfo(info), marks: new Map(marks), entries: parseEntries(entries) };
}

/** Up to where entries need not be read again, by the newest mark. */
export function lastOf(marks: Marks, upTo = Number.POSITIVE_INFINITY): string {
  const generations = [...marks.keys()].filter((generation) => generation <= upTo);
  return marks.get(Math.max(...generations))?.last ?? STREAM_START;
}

/** What the mark of a place's generation is called, or begins with. */
export function markOf({ generation }: StreamPlace): string {
  return `tickwatch-${generation}`;
}

/**
 * Whether an entry that was read is missing where older ones are left, and nothing so new was ever deleted: it was in a part that
 * Redis lost, and what follows was added since, perhaps with lower ids.
 */
export function isTailLost({ info, entries }: Look, id: string): boolean {
  if (info?.added === undefined || info.firstId === undefined || entries[0]?.id === id) return false;
  // No entry was ever read there.
  if (id === STREAM_START || id.endsWith(MAX_COUNT)) return false;
  const isYounger = (other: string): boolean => compareStreamIds(id, other) > 0;
  return isYounger(info.firstId) && isYounger(info.maxDeletedId) && !isYounger(info.lastId);
}

/** The last entry before an id. */
export async function lastBefore(nodes: RedisNodes, key: string, id: string): Promise<string> {
  const [entry] = parseEntries(await nodes.run(key, 'XREVRANGE', key, `(${id}`, '-', 'COUNT', '1'));
  return entry?.id ?? STREAM_START;
}
