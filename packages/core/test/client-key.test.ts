import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clientKey } from '../src/client-key.ts';

describe('what a limit counts an address as', () => {
  it('addresses of one /64 are one client, however they are written, and the next /64 is another', () => {
    for (const address of ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002:0:0:0:9%eth0']) {
      assert.equal(clientKey(address), '2001:db8:1:2::/64', address);
    }
    assert.equal(clientKey('2001:db8:1:3::1'), '2001:db8:1:3::/64');
    assert.equal(clientKey('2001:db8::1'), '2001:db8:0:0::/64');
    assert.equal(clientKey('fe80::1%eth0'), 'fe80:0:0:0::/64');
  });

  it('an IPv4 address counts alone, also where it is written as an IPv6 one', () => {
    for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1']) {
      assert.equal(clientKey(address), '192.0.2.1', address);
    }
    assert.notEqual(clientKey('::ffff:192.0.2.2'), clientKey('::ffff:192.0.2.1'));
  });

  it('a port that a proxy wrote behind the address makes no other client', () => {
    assert.equal(clientKey('192.0.2.1:4711'), '192.0.2.1');
    assert.equal(clientKey('[2001:db8:1:2::1]:4711'), '2001:db8:1:2::/64');
    assert.equal(clientKey('[2001:db8:1:2::1]'), '2001:db8:1:2::/64');
  });

  it('what is no address counts as it is written, and nothing fails', () => {
    for (const text of ['', 'unknown', '1:2:3', ':::', '[x]', 'a:b@c', '::ffff:999.1.1.1'])
      assert.equal(typeof clientKey(text), 'string', text);
    assert.equal(clientKey('unknown'), 'unknown');
    fc.assert(fc.property(fc.string(), (text) => typeof clientKey(text) === 'string'));
  });

  it('any two addresses that share their first 64 bits are one client, and others are not', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const half = fc.array(group, { minLength: 4, maxLength: 4 });
    const text = (groups: readonly number[]) => groups.map((one) => one.toString(16)).join(':');
    fc.assert(
      fc.property(half, half, half, half, (network, a, other, b) => {
        const key = clientKey(text([...network, ...a]));
        assert.equal(clientKey(text([...network, ...b])), key);
        fc.pre(text(network) !== text(other));
        assert.notEqual(clientKey(text([...other, ...b])), key);
      }),
    );
  });
});
