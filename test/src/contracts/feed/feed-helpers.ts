import { type LaneName, laneName, nowMicros } from '@tickwatch/core';
import { type Feed, type FeedMessage, type LogEntry, MAX_ENTRY_MESSAGES, type ResumePoint } from '@tickwatch/feed';
import { until } from '../../servers/until.ts';

export const exchanges = ['NASDAQ', 'NYSE'];
export const oneLane: ReadonlyMap<string, number> = new Map(exchanges.map((exchange) => [exchange, 1]));
export const NASDAQ: LaneName = 'NASDAQ/0';
export const NYSE: LaneName = 'NYSE/0';

/** Starts a feed; what a source tells is put into its spool, as it comes. */
export function start(feed: Feed): void {
  if (feed.kind === 'pull') {
    feed.source.start();
    return;
  }
  const { log } = feed;
  const ends = new Map<LaneName, number>();
  feed.source.start((exchange, heard) => {
    const lane = laneName(exchange, 0);
    for (let i = 0; i < heard.length; i += MAX_ENTRY_MESSAGES) {
      const messages = heard.slice(i, i + MAX_ENTRY_MESSAGES);
      const after = ends.get(lane) ?? nowMicros();
      ends.set(lane, after + messages.length);
      const places = { after: String(after), position: String(after + messages.length) };
      // A spool that takes nothing says so in its status.
      log
        .append([{ lane, messages, ...places, ticks: messages.length, rejected: 0, label: undefined }])
        .catch(() => {});
    }
  });
}

export function stateOf({ source }: Feed, exchange: string): string {
  return source.status(laneName(exchange, 0)).state;
}

export async function connected(feed: Feed, ...names: readonly string[]): Promise<void> {
  const all = names.length > 0 ? names : exchanges;
  await until(() => all.every((exchange) => stateOf(feed, exchange) === 'connected'), { what: 'the feed connecting' });
}

export async function disconnected(feed: Feed): Promise<void> {
  const isAway = (): boolean => exchanges.every((exchange) => stateOf(feed, exchange) === 'disconnected');
  await until(isAway, { what: 'the feed noticing', timeoutMs: 40_000 });
}

/** Reads a lane's log until so many messages are there. */
export async function collect({ log }: Feed, lane: LaneName, after: string, count: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let messages = 0;
  let place = after;
  const next = async (): Promise<boolean> => {
    const entry = messages < count ? await log.read(lane, place, MAX_ENTRY_MESSAGES) : undefined;
    if (entry === undefined) return messages >= count;
    entries.push(entry);
    messages += entry.messages.length;
    place = entry.position;
    return await next();
  };
  await until(next, { what: `${count} messages` });
  return entries;
}

/** Follows a lane until so many messages came. @param pause what the reader does after each entry */
export async function follow(
  feed: Feed,
  lane: LaneName,
  after: string,
  count: number,
  pause: () => Promise<unknown> = async () => {},
): Promise<LogEntry[]> {
  if (feed.kind !== 'pull') throw new Error('nothing to follow');
  const entries: LogEntry[] = [];
  let messages = 0;
  for await (const entry of feed.source.follow(lane, after, AbortSignal.timeout(30_000))) {
    entries.push(entry);
    messages += entry.messages.length;
    if (messages >= count) return entries;
    await pause();
  }
  throw new Error(`${messages} messages came in time; ${count} were expected: ${texts(entries)}`);
}

export interface Following extends AsyncDisposable {
  /** What it gave so far. */
  readonly entries: readonly LogEntry[];
}

/** Follows a lane until it is disposed of. */
export function following(feed: Feed, lane: LaneName, after = '0-0'): Following {
  const stop = new AbortController();
  const entries: LogEntry[] = [];
  const reading = (async () => {
    if (feed.kind !== 'pull') throw new Error('nothing to follow');
    for await (const entry of feed.source.follow(lane, after, stop.signal)) entries.push(entry);
  })();
  return {
    entries,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}

export function messagesOf(entries: readonly LogEntry[]): readonly FeedMessage[] {
  return entries.flatMap(({ messages }) => messages);
}

export function texts(entries: readonly LogEntry[]): readonly string[] {
  return messagesOf(entries).map(({ payload }) => Buffer.from(payload).toString());
}

export function endOf(entries: readonly LogEntry[]): string {
  return entries.at(-1)?.position ?? '';
}

/** The point to commit with these entries. */
export function pointAfter({ log }: Feed, lane: LaneName, entries: readonly LogEntry[]): ResumePoint {
  const receivedAt = messagesOf(entries).at(-1)?.receivedAt ?? nowMicros();
  return { lane, logId: log.id(lane), position: endOf(entries), fingerprint: '', receivedAt };
}
