import { type EpochMicros, type LaneName, nowMicros } from '@tickwatch/core';
import {
  createFeed,
  DEFAULT_SPOOL,
  type FeedEvent,
  InProcessBus,
  type ResumePoint,
  type Spool,
  type SpoolConfig,
  type SpoolEntry,
} from '@tickwatch/feed';

export const NASDAQ = 'NASDAQ/0';
export const NYSE = 'NYSE/0';

export interface OpenSpool extends AsyncDisposable {
  readonly log: Spool;
  readonly events: readonly FeedEvent[];
}

/** The spool of a folder; `undefined`: one in memory. */
export async function openSpool(folder: string | undefined, options: Partial<SpoolConfig> = {}): Promise<OpenSpool> {
  const events: FeedEvent[] = [];
  const spool = { ...DEFAULT_SPOOL, ...options, folder };
  const lanes = new Map([
    ['NASDAQ', 1],
    ['NYSE', 1],
  ]);
  const feed = await createFeed({ kind: 'in-process', lanes, bus: new InProcessBus(), spool }, (event) =>
    events.push(event),
  );
  if (feed.kind !== 'push') throw new Error('no spool');
  const { log } = feed;
  return { log, events, [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() as Promise<void> };
}

/** Messages of one tick each that follow a place. @param receivedAt of all of them */
export function entryAfter(
  after: number,
  texts: readonly string[],
  { lane = NASDAQ, receivedAt = nowMicros(), seq }: { lane?: LaneName; receivedAt?: number; seq?: number } = {},
): SpoolEntry {
  return {
    lane,
    after: String(after),
    position: String(after + texts.length),
    messages: texts.map((text) => ({ payload: Buffer.from(text), receivedAt: receivedAt as EpochMicros })),
    ticks: texts.length,
    rejected: 0,
    label: seq === undefined ? undefined : { after: String(after), seq },
  };
}

/** Appends messages behind everything. @returns the place behind them */
export async function append({ log }: OpenSpool, lane: LaneName, ...texts: readonly string[]): Promise<string> {
  const entry = entryAfter(Number(await log.end(lane)), texts, { lane });
  await log.append([entry]);
  return entry.position;
}

export async function textsBehind({ log }: OpenSpool, lane: LaneName, after: string = log.start): Promise<string[]> {
  const texts: string[] = [];
  for (let place = after; ; ) {
    const entry = await log.read(lane, place, 4096);
    if (entry === undefined) return texts;
    texts.push(...entry.messages.map(({ payload }) => Buffer.from(payload).toString()));
    place = entry.position;
  }
}

export function pointAt({ log }: OpenSpool, lane: LaneName, position: string): ResumePoint {
  return { lane, logId: log.id(lane), position, fingerprint: '', receivedAt: nowMicros() };
}
