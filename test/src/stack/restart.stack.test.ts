import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../servers/until.ts';
import { docker, SERVICES } from './docker.ts';
import { assertWorking } from './working.ts';

const LIMIT_MS = 30_000;

/** Seconds from a moment until every way through the stack works with what came after it. */
async function recovery(since: Date, what: string): Promise<number> {
  const works = (): Promise<true> => assertWorking(since).then(() => true);
  await until(works, { what, timeoutMs: LIMIT_MS, everyMs: 250 });
  return (Date.now() - since.getTime()) / 1000;
}

for (const service of SERVICES) {
  test(`after a restart of ${service} everything works again within 30 s`, async (t) => {
    await docker('compose', 'restart', service);
    const seconds = await recovery(new Date(), `recovery from a restart of ${service}`);
    t.diagnostic(`${service}: ${seconds.toFixed(1)} s`);
  });
}

test('services that come back under each other’s address are found', async (t) => {
  const address = (name: string): Promise<string> =>
    docker('inspect', '--format', '{{.NetworkSettings.Networks.tickwatch_edge.IPAddress}}', name);
  const names = ['client', 'backend'];
  const before = await Promise.all(names.map(address));
  await docker('compose', 'stop', ...names);
  for (const name of names.toReversed()) await docker('start', name);
  if ((await Promise.all(names.map(address))).join() === before.join()) {
    // Docker gave the same addresses again: take the client's while it is away.
    await docker('stop', 'client');
    await docker(
      'run',
      '--detach',
      '--rm',
      '--name',
      'tickwatch-squatter',
      '--network',
      'tickwatch_edge',
      'redis:8',
      'sleep',
      '60',
    );
    await docker('start', 'client');
  }
  try {
    assert.notDeepEqual(await Promise.all(names.map(address)), before);
    t.diagnostic(`${(await recovery(new Date(), 'recovery with new addresses')).toFixed(1)} s`);
  } finally {
    await docker('rm', '--force', 'tickwatch-squatter').catch(() => undefined);
  }
});
