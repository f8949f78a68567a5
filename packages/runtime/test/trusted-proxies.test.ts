import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { type ConfigError, EnvReader } from '../src/env-reader.ts';
import { clientAddress, type TrustedProxies, trustedProxies } from '../src/trusted-proxies.ts';

function asked(remoteAddress: string | undefined, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

function read(value: string | undefined, unset?: TrustedProxies): TrustedProxies {
  const env = new EnvReader(value === undefined ? {} : { TRUST_PROXY: value });
  const trusted = trustedProxies(env, unset);
  env.finish();
  return trusted;
}

describe('who asks, behind proxies', () => {
  it('nobody who is not trusted can name another address', () => {
    assert.equal(clientAddress(false)(asked('127.0.0.1', '192.0.2.9')), '127.0.0.1');
    assert.equal(clientAddress(['loopback'])(asked('192.0.2.1', '192.0.2.9')), '192.0.2.1');
  });

  it('the last address that no trusted proxy has is the client, whatever it wrote before it', () => {
    const address = clientAddress(['loopback', '10.0.0.0/8']);
    assert.equal(address(asked('127.0.0.1', '192.0.2.9')), '192.0.2.9');
    assert.equal(address(asked('::ffff:127.0.0.1', '127.0.0.1, 203.0.113.7, 192.0.2.9')), '192.0.2.9');
    assert.equal(address(asked('::1', '203.0.113.7, 2001:db8::9, 10.1.2.3')), '2001:db8::9');
    assert.equal(address(asked('127.0.0.1')), '127.0.0.1');
    assert.equal(address(asked('127.0.0.1', '10.1.2.3')), '10.1.2.3');
  });

  it('a connection that is cut already has no address, and nothing fails', () => {
    for (const trusted of [false, true, ['loopback']] as const) {
      assert.equal(clientAddress(trusted)(asked(undefined, '192.0.2.9')), '');
    }
  });
});

describe('TRUST_PROXY', () => {
  it('is addresses, networks, their names, on or off; unset, the service decides', () => {
    assert.equal(read(undefined), false);
    assert.deepEqual(read(undefined, ['loopback']), ['loopback']);
    assert.equal(read('on'), true);
    assert.equal(read('off', ['loopback']), false);
    assert.deepEqual(read('loopback, 10.0.0.0/8,2001:db8::/32'), ['loopback', '10.0.0.0/8', '2001:db8::/32']);
  });

  it('what is no address is quoted, with what would be right', () => {
    for (const wrong of ['localhost', '10.0.0.0/99', '10.0.0.1,proxy.example']) {
      assert.throws(
        () => read(wrong),
        (error: ConfigError) =>
          error.problems.length === 1 &&
          /^TRUST_PROXY holds ".*"; it can be on or off, or a list of addresses/.test(error.problems[0] ?? ''),
        wrong,
      );
    }
  });
});
