/**
 * `fill-spool.ts FOLDER FIRST`: publishes numbered messages as fast as the spool takes them and writes the number of
 * the last one that the feed says is kept, until it is killed.
 */
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { openSpoolFeed } from './spool-feed.ts';

const [, , folder = '', first = '0'] = process.argv;
const { feed, publish } = await openSpoolFeed(folder);
let next = Number(first);
const base = next;
const held = feed.status().log.messages;
let seen = held;

async function acknowledge(): Promise<void> {
  for await (const batch of feed.read([], new AbortController().signal)) {
    if (batch.replayed) continue;
    while (!feed.isKept('NASDAQ', batch.position)) await setImmediate();
    seen += batch.messages.length;
    tell(base + (seen - held) - 1);
  }
}

/** Straight to the pipe, so that nothing is in this process's memory when it is killed. */
function tell(number: number): void {
  try {
    writeSync(1, `${number}\n`);
  } catch {
    // The pipe is full; the next number says more anyway.
  }
}

void acknowledge();
for (;;) {
  const count = 1 + Math.floor(Math.random() * 20);
  publish('NASDAQ', ...Array.from({ length: count }, (_, i) => `AAPL:${next + i}`));
  next += count;
  await setImmediate();
}
