/**
 * `fill-disk.ts FOLDER`, on a file system of a few megabytes: appends until the disk is full, makes room in two ways, and
 * prints what it saw as JSON.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFeed, DEFAULT_SPOOL, type FeedEvent, InProcessBus, type LogEntry } from '@tickwatch/feed';
import { until } from '../../servers/until.ts';
import { collect, NASDAQ, oneLane, pointAfter, texts } from './feed-helpers.ts';

const BATCH = 500;

const [, , folder = ''] = process.argv;
const bus = new InProcessBus();
const events: FeedEvent[] = [];
const spool = { ...DEFAULT_SPOOL, folder };
const feed = await createFeed({ kind: 'in-process', lanes: oneLane, bus, spool }, (event) => events.push(event));
if (feed.kind !== 'push') throw new Error('no spool');
const { log } = feed;

let published = 0;
let end = 1000;
/** What the spool did not take is kept here, as whoever writes to it does. */
let waiting: { readonly after: number; readonly texts: readonly string[] }[] = [];

async function write(): Promise<boolean> {
  const receivedAt = (1_700_000_000_000_000 + published) as Parameters<typeof log.trimBefore>[1];
  const entries = waiting.map(({ after, texts }) => ({
    lane: NASDAQ,
    messages: texts.map((text) => ({ payload: Buffer.from(text), receivedAt })),
    after: String(after),
    position: String(after + texts.length),
    ticks: texts.length,
    rejected: 0,
    label: undefined,
  }));
  const isWritten = await log.append(entries).then(
    () => true,
    () => false,
  );
  if (isWritten) waiting = [];
  return isWritten;
}

async function publish(): Promise<boolean> {
  const batch = Array.from({ length: BATCH }, () => `AAPL:(${++published}, 1757494917.021389) ${'x'.repeat(60)}`);
  waiting.push({ after: end, texts: batch });
  end += BATCH;
  return await write();
}

async function untilFull(): Promise<void> {
  while (await publish());
}

const ballast = join(folder, 'ballast');
await writeFile(ballast, Buffer.alloc(2 * 1024 * 1024, 1));
await untilFull();
const { problem } = log.status();
for (let i = 0; i < 5; i++) await publish();

await rm(ballast);
await until(write, { what: 'room made by someone else' });
await untilFull();
const held = published - waiting.length * BATCH;
const committed: LogEntry[] = await collect(feed, NASDAQ, '0', Math.floor(held / 2));
await log.committed([pointAfter(feed, NASDAQ, committed)]);
await until(write, { what: 'room made by committing' });
// Nothing that is committed keeps its room on a disk that was full.
const left = texts(
  await collect(feed, NASDAQ, pointAfter(feed, NASDAQ, committed).position, published - texts(committed).length),
);
const numbers = [...texts(committed), ...left].map((text) => Number(text.slice(6).split(',')[0]));
const isComplete = numbers.length === published && numbers.every((number, i) => number === i + 1);
await log[Symbol.asyncDispose]();
process.stdout.write(JSON.stringify({ problem, isComplete, published, events: events.map(({ type }) => type) }));
