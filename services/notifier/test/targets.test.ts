import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { EnvReader } from '@tickwatch/runtime';
import { notifierConfig } from '../src/index.ts';
import { GuardedHttp } from '../src/net/guarded-http.ts';
import type { ResolvedAddress } from '../src/net/guarded-lookup.ts';
import { pacedResolve } from '../src/net/paced-resolve.ts';
import { PrivateTargets } from '../src/net/private-targets.ts';
import { targetUrl } from '../src/net/target-url.ts';
import { httpReceiver } from './notifier-kit.ts';

const NONE = new PrivateTargets([]);

test('only addresses of the public internet are sent to, however they are written', () => {
  const refused = `127.0.0.1 127.255.0.1 10.1.2.3 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 0.1.2.3 224.0.0.1
    240.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 192.0.0.8 203.0.113.9 168.63.129.16 192.88.99.1 2130706433 017700000001 127.0.0.1. 0x7f.1 0177.0.0.1 127.1
    [::1] [::] [::ffff:127.0.0.1] [::ffff:a00:1] [::7f00:1] [64:ff9b::7f00:1] [64:ff9b::169.254.169.254] [64:ff9b:1::8.8.8.8]
    [2002:7f00:1::] [2001::1] [fe80::1] [fec0::1] [fc00::1] [fd12::1] [ff02::1] [2001:db8::1] [::ffff:0:127.0.0.1] [100::1]
    [2001:0:53aa::1] [2002:a9fe:a9fe::1] [64:ff9b::a9fe:a9fe] [4000::1] [5f00::1]`;
  for (const host of refused.split(/\s+/))
    assert.throws(() => targetUrl(`https://${host}/hook`, NONE), /is not a public address/, host);
  const taken = '8.8.8.8 1.1.1.1 172.32.0.1 [2606:4700::1] [64:ff9b::8.8.8.8] [::ffff:8.8.8.8] hooks.example.com';
  for (const host of taken.split(' ')) assert.ok(targetUrl(`https://${host}/hook`, NONE), host);
});

test('addresses, networks and hosts can be allowed', () => {
  const allowed = new PrivateTargets(['10.0.0.0/8', '192.168.1.7', 'fd00::/8', 'Hooks.Internal']);
  for (const address of ['10.9.8.7', '::ffff:10.9.8.7', '192.168.1.7', 'fd00::1']) assert.ok(allowed.allows(address));
  for (const address of ['192.168.1.8', 'fe80::1', '127.0.0.1']) assert.ok(!allowed.allows(address), address);
  const ofMachine = () => ['127.0.0.1', '8.8.8.8', '2606:4700::1'];
  for (const address of ['8.8.8.8', '::ffff:8.8.8.8', '2606:4700:0::1']) {
    assert.ok(!new PrivateTargets([], ofMachine).allows(address), address);
    assert.ok(new PrivateTargets(['8.8.8.8', '2606:4700::1'], ofMachine).allows(address), address);
  }
  assert.ok(allowed.hasHost('hooks.internal.'));
  assert.ok(!allowed.hasHost('a.hooks.internal'));
});

test('a setting that allows no such thing is refused', () => {
  const problems = (targets: string): string => {
    const env = new EnvReader({ ALERT_PRIVATE_TARGETS: targets, ALERT_MAIL_FROM: 'a@example.com, b@example.com' });
    notifierConfig(env);
    try {
      env.finish();
    } catch (error) {
      return String(error);
    }
    return '';
  };
  for (const bad of [
    '10.0.0.0/40',
    '10.0.0',
    '127.1',
    '0177.0.0.1',
    'http://hooks',
    'hooks:8080',
    '*.internal',
    '[::1]:80',
  ])
    assert.match(problems(bad), new RegExp(`ALERT_PRIVATE_TARGETS holds "${bad.replace(/[.*[\]]/g, '\\$&')}"`), bad);
  assert.match(problems('grafana'), /ALERT_MAIL_FROM is "a@example.com, b@example.com"/);
  assert.doesNotMatch(problems('grafana,10.0.0.0/8,::1,hooks.internal'), /ALERT_PRIVATE_TARGETS/);
});

test('a name is sent to only where all its addresses may be, each time that it is looked up', async () => {
  await using server = await httpReceiver((response) => response.writeHead(204, { connection: 'close' }).end());
  const { port } = new URL(server.url);
  let addresses: readonly ResolvedAddress[] = [];
  const resolve = async () => addresses;
  using http = new GuardedHttp({ targets: new PrivateTargets(['127.0.0.1']), timeoutMs: 30_000, resolve });
  const post = () =>
    http.post({ url: `http://hooks.test:${port}/`, headers: {}, body: '{}' }, AbortSignal.timeout(60_000));
  const here = { address: '127.0.0.1', family: 4 };

  addresses = [here];
  assert.equal((await post()).status, 204);
  addresses = [here, { address: '10.0.0.1', family: 4 }];
  await assert.rejects(post(), { message: /hooks\.test has the address 10\.0\.0\.1, which is not a public one/ });
  addresses = [{ address: '::ffff:169.254.169.254', family: 6 }];
  await assert.rejects(post(), { message: /169\.254\.169\.254, which is not a public one/ });
  addresses = [];
  await assert.rejects(post(), { message: /hooks\.test has no address/ });
  assert.equal(server.received.length, 1);

  using named = new GuardedHttp({
    targets: new PrivateTargets(['hooks.test']),
    timeoutMs: 30_000,
    resolve: async () => [here],
  });
  const signal = AbortSignal.timeout(60_000);
  assert.equal((await named.post({ url: `http://hooks.test:${port}/`, headers: {}, body: '{}' }, signal)).status, 204);
});

test('hosts whose name servers are silent hold up no others', async () => {
  const answers = new Map<string, () => void>();
  const resolve = pacedResolve((host) => {
    if (host === 'well') return Promise.resolve([{ address: '8.8.8.8', family: 4 }]);
    return new Promise((found) => answers.set(host, () => found([])));
  }, 0);
  const silent = Array.from({ length: 9 }, (_, at) => `silent-${at}`);
  const askAll = () => silent.map(resolve);
  const first = askAll();
  const again = askAll();
  await setImmediate();
  assert.deepEqual([...answers.keys()], silent.slice(0, 3), 'each once, and not all at a time');
  const endAll = async (all: readonly Promise<unknown>[]) => {
    let ended = 0;
    const counted = all.map((one) => one.then(() => ended++));
    while (ended < all.length) {
      for (const [host, answer] of answers) {
        answers.delete(host);
        answer();
      }
      await setImmediate();
    }
    await Promise.all(counted);
  };
  await endAll([...first, ...again]);
  // They are known to be slow by now.
  const third = askAll();
  await setImmediate();
  assert.equal(answers.size, 1);
  assert.equal((await resolve('well')).length, 1);
  await endAll(third);
});
