import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFeed, createTickSink, DEFAULT_SPOOL, InProcessBus } from '@tickwatch/feed';
import { type FeedHarness, feedContract } from './feed-contract.ts';
import { oneLane, start } from './feed-helpers.ts';

async function harness(folder: string | undefined): Promise<FeedHarness> {
  const bus = new InProcessBus();
  return {
    sink: await createTickSink({ kind: 'in-process', bus }, () => {}),
    async openFeed() {
      const spool = { ...DEFAULT_SPOOL, folder };
      const feed = await createFeed({ kind: 'in-process', lanes: oneLane, bus, spool }, () => {});
      start(feed);
      return feed;
    },
    async publishBytes(exchange, payload) {
      bus.publish(exchange, [payload]);
    },
    async [Symbol.asyncDispose]() {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

feedContract('the in-process feed in memory', () => harness(undefined));
feedContract('the in-process feed with a spool', async () => harness(await mkdtemp(join(tmpdir(), 'tickwatch-feed-'))));
