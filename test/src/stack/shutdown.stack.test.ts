import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { decodeText, nowMicros } from '@tickwatch/core';
import { PROJECT, sql, tryDocker } from './docker.ts';

/** Collects what a docker command prints until it ends by itself. */
function listen(...args: readonly string[]): { readonly ended: Promise<string> } {
  const child = spawn('docker', args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { ended: new Promise((resolve) => child.on('close', () => resolve(text))) };
}

test('docker compose down ends cleanly, with every tick stored that was published last', async (t) => {
  const heard = listen('exec', 'redis', 'redis-cli', '--raw', 'SUBSCRIBE', 'NASDAQ', 'NYSE');
  const log = listen('logs', '--follow', '--tail', '0', 'subscriber');
  await setTimeout(1000);
  const since = nowMicros();
  await setTimeout(3000);

  const began = Date.now();
  const { code, stderr } = await tryDocker(['compose', 'down']);
  t.diagnostic(`down took ${((Date.now() - began) / 1000).toFixed(1)} s`);
  assert.equal(code, 0, stderr);
  const farewell = (await log.ended).split('\n').find((line) => line.includes('flushed_at_stop'));
  assert.match(farewell ?? 'the subscriber said nothing at its end', /"waiting":0/);

  const up = await tryDocker(['compose', 'up', '--detach', '--wait', '--wait-timeout', '120']);
  assert.equal(up.code, 0, up.stderr);
  const published = (await heard.ended).split('\n').flatMap((line) => {
    const tick = decodeText(line, nowMicros());
    return tick.ok && tick.time > since ? [`${tick.stock} ${tick.price} ${tick.time}`] : [];
  });
  const rows = await sql(
    `SELECT stock_name || ' ' || price || ' ' || (extract(epoch FROM "timestamp") * 1000000)::bigint
     FROM stock_prices WHERE "timestamp" > to_timestamp(${since} / 1e6)`,
  );
  const stored = new Set(rows.split('\n'));
  assert.ok(published.length > 10, `only ${published.length} messages were heard`);
  assert.deepEqual(
    published.filter((tick) => !stored.has(tick)),
    [],
  );
  t.diagnostic(`${published.length} ticks of the last seconds are all stored`);
});
