/**
 * `fill-disk.ts FOLDER`, on a file system of a few megabytes: publishes until the disk is full, goes on live, makes
 * room in two ways, and prints what it saw as JSON.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTickFeed, DEFAULT_SPOOL, type FeedBatch, type FeedEvent, InProcessBus } from '@tickwatch/feed';
import { until } from '../../servers/until.ts';
import { pointAfter } from './feed-helpers.ts';

const BATCH = 500;

const [, , folder = ''] = process.argv;
const bus = new InProcessBus();
const events: FeedEvent[] = [];
const spool = { ...DEFAULT_SPOOL, folder };
const feed = await createTickFeed({ kind: 'in-process', exchanges: ['NASDAQ'], bus, spool }, (event) =>
  events.push(event),
);
await feed.start();

let published = 0;
const heard: FeedBatch[] = [];
let heardMessages = 0;
const stop = new AbortController();
const reading = (async () => {
  for await (const batch of feed.read([], stop.signal)) {
    heard.push(batch);
    heardMessages += batch.messages.length;
  }
})();

async function publish(): Promise<void> {
  bus.publish(
    'NASDAQ',
    Array.from({ length: BATCH }, () => Buffer.from(`AAPL:(${++published}, 1757494917.021389) ${'x'.repeat(60)}`)),
  );
  // Live messages never wait for the disk.
  await until(() => heardMessages === published, { timeoutMs: 5000, everyMs: 1, what: 'the live message' });
}

async function untilFull(): Promise<void> {
  while (feed.status().log.problem === undefined) {
    await publish();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const ballast = join(folder, 'ballast');
await writeFile(ballast, Buffer.alloc(2 * 1024 * 1024, 1));
await untilFull();
const problem = feed.status().log.problem;
for (let i = 0; i < 5; i++) await publish();
const isLastKept = feed.isKept('NASDAQ', heard.at(-1)?.position ?? '');

await rm(ballast);
await until(() => feed.isKept('NASDAQ', heard.at(-1)?.position ?? ''), { what: 'room made by someone else' });
await untilFull();
const kept = heard.filter((batch) => feed.isKept('NASDAQ', batch.position));
await feed.committed([pointAfter(feed, kept, 'NASDAQ')]);
await until(() => feed.isKept('NASDAQ', heard.at(-1)?.position ?? ''), { what: 'room made by committing' });
stop.abort();
await reading;

const lastCommitted = kept.at(-1)?.position ?? '';
const rest = await feed.replay('NASDAQ', lastCommitted, 1_000_000);
const numbers = [...kept, ...rest].flatMap(({ messages }) =>
  messages.map(({ payload }) => Number(Buffer.from(payload).toString().slice(6).split(',')[0])),
);
const isComplete = numbers.length === published && numbers.every((number, i) => number === i + 1);
await feed[Symbol.asyncDispose]();
process.stdout.write(
  JSON.stringify({ problem, isLastKept, isComplete, published, events: events.map(({ type }) => type) }),
);
