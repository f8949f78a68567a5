import type { FeedMessage } from '../durable-log.ts';
import { STREAM_START, streamIdTime } from './stream-place.ts';

/** An entry of a stream, with its id. */
export interface StreamEntry {
  readonly id: string;
  readonly message: FeedMessage;
}

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

/** The answer of XRANGE. An entry without field `m` becomes an empty message, so that it is counted as rejected. */
export function parseEntries(reply: unknown): readonly StreamEntry[] {
  return (reply as readonly (readonly [Buffer, readonly Buffer[]])[]).map(([rawId, fields]) => {
    const id = rawId.toString('latin1');
    const at = fields.findIndex((field, i) => i % 2 === 0 && field.equals(FIELD));
    return { id, message: { payload: (at < 0 ? undefined : fields[at + 1]) ?? EMPTY, receivedAt: streamIdTime(id) } };
  });
}

/** The answer of XINFO STREAM. */
export function parseInfo(reply: unknown): StreamInfo {
  const fields = fieldsOf(reply);
  const added = fields.get('entries-added');
  const first = fields.get('first-entry') as readonly [Buffer] | null;
  return {
    length: Number(fields.get('length')),
    added: typeof added === 'number' ? added : undefined,
    firstId: first === null ? undefined : first[0].toString('latin1'),
    lastId: String(fields.get('last-generated-id')),
    maxDeletedId: String(fields.get('max-deleted-entry-id') ?? STREAM_START),
  };
}

/** The answer of XINFO GROUPS: each group's name, and its last id. */
export function parseGroups(reply: unknown): ReadonlyMap<string, string> {
  const groups = (reply as readonly unknown[]).map(fieldsOf);
  return new Map(groups.map((fields) => [String(fields.get('name')), String(fields.get('last-delivered-id'))]));
}

/** The answer of XINFO CONSUMERS: their names. */
export function parseNames(reply: unknown): readonly string[] {
  return (reply as readonly unknown[]).map((fields) => String(fieldsOf(fields).get('name')));
}

function fieldsOf(reply: unknown): ReadonlyMap<string, unknown> {
  const list = reply as readonly unknown[];
  return new Map(list.flatMap((name, i) => (i % 2 === 0 ? [[String(name), list[i + 1]] as const] : [])));
}
