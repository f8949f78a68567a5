import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../servers/until.ts';
import { docker, SERVICES } from './docker.ts';
import { assertWorking } from './working.ts';

const LIMIT_MS = 30_000;

/** Waits until every way through the stack works with what comes from now on. @returns seconds since `began` */
async function recovery(began: number, what: string): Promise<string> {
  const since = new Date();
  const works = (): Promise<true> => assertWorking(since).then(() => true);
  await until(works, { what, timeoutMs: LIMIT_MS - (Date.now() - began), everyMs: 250 });
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}

for (const service of SERVICES) {
  test(`within 30 s of a restart of ${service} everything works again`, async (t) => {
    const began = Date.now();
    await docker('compose', 'restart', service);
    t.diagnostic(`${service}: ${await recovery(began, `recovery from a restart of ${service}`)}`);
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
    t.diagnostic(await recovery(Date.now(), 'recovery with new addresses'));
  } finally {
    await docker('rm', '--force', 'tickwatch-squatter').catch(() => undefined);
  }
});
