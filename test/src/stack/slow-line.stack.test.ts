import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { LiveMessage } from '@tickwatch/core';
import { startCuttingProxy } from '../browser/cutting-proxy.ts';
import { megabits } from '../browser/slow-link.ts';
import { until } from '../servers/until.ts';
import { tryDocker } from './docker.ts';
import { createWatcher } from './watcher.ts';

const LIMIT_MS = 3000;

interface Line {
  readonly mbits: number;
  readonly ticksPerSecond: number;
  /** How long the client is away, ms. */
  readonly cuts: readonly number[];
}

/** A tick is about 130 bytes: either rate fills a good part of its line. */
const LINES: readonly Line[] = [
  { mbits: 20, ticksPerSecond: 5000, cuts: [0, 200, 5000] },
  { mbits: 2, ticksPerSecond: 1000, cuts: [1000, 22_000] },
];

async function generate(settings: Readonly<Record<string, string>>): Promise<void> {
  const up = ['compose', 'up', '--detach', '--wait', '--wait-timeout', '60', 'stock_generator'];
  const { code, stderr } = await tryDocker(up, settings);
  assert.equal(code, 0, stderr);
}

for (const { mbits, ticksPerSecond, cuts } of LINES) {
  test(`behind ${mbits} Mbit/s a client has prices again within three seconds after any cut`, async (t) => {
    await generate({ GENERATOR_TICKS_PER_SECOND: String(ticksPerSecond), GENERATOR_STOCKS: '300' });
    await using proxy = await startCuttingProxy(80);
    const watcher = createWatcher(`ws://localhost:${proxy.port}/connection/websocket`);
    /** The time of the newest tick that came in, epoch ms. */
    let newest = 0;
    try {
      for (const exchange of ['NASDAQ', 'NYSE']) {
        const subscription = watcher.newSubscription(exchange);
        subscription.on('publication', ({ data }) => {
          for (const { timestamp } of (data as LiveMessage).ticks) newest = Math.max(newest, Date.parse(timestamp));
        });
        subscription.subscribe();
      }
      watcher.connect();
      proxy.slowDown(megabits(mbits));
      for (const away of cuts) {
        await until(() => newest > Date.now() - 2000, { what: 'prices before the cut' });
        const open = proxy.close();
        await setTimeout(away);
        const back = Date.now();
        const began = performance.now();
        open();
        await until(() => newest > back, { what: `a price after ${away} ms away`, timeoutMs: LIMIT_MS, everyMs: 10 });
        t.diagnostic(`away for ${away} ms: prices again after ${(performance.now() - began).toFixed(0)} ms`);
      }
    } finally {
      watcher.disconnect();
      await generate({});
    }
  });
}
