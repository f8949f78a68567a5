import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { type GateOptions, HubGate, LIVE_PATH } from '../src/hub-gate.ts';

function gate(maxClients = 100, addressOf?: GateOptions['addressOf']): HubGate {
  const limits = { allowedOrigins: [], maxClients, maxClientsPerAddress: 2 };
  return new HubGate(addressOf === undefined ? limits : { ...limits, addressOf });
}

function from(remoteAddress: string, headers: IncomingMessage['headers'] = {}): IncomingMessage {
  return { url: LIVE_PATH, headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('the gate of the embedded hub', () => {
  test('lets so many connections in from one address, and others beside them', () => {
    const hub = gate();
    hub.enter(from('192.0.2.1'));
    const leave = hub.enter(from('192.0.2.1'));
    assert.equal(hub.refusal(from('192.0.2.1'))?.status, 429);
    assert.equal(hub.refusal(from('192.0.2.2')), undefined);
    assert.equal(hub.refused, 1);
    leave();
    assert.equal(hub.refusal(from('192.0.2.1')), undefined);
  });

  test('does not count what comes through a proxy on this machine', () => {
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      const hub = gate(5);
      for (let i = 0; i < 4; i++) hub.enter(from(address));
      assert.equal(hub.refusal(from(address)), undefined);
      hub.enter(from(address));
      assert.equal(hub.refusal(from(address))?.status, 503, 'all of them together are limited all the same');
    }
  });

  test('counts all addresses of one /64 together, and IPv4 addresses alone however they are written', () => {
    const hub = gate();
    hub.enter(from('2001:db8:1:2::1'));
    hub.enter(from('2001:db8:1:2::2'));
    assert.equal(hub.refusal(from('2001:db8:1:2:ffff::3'))?.status, 429);
    assert.equal(hub.refusal(from('2001:db8:1:3::1')), undefined);
    hub.enter(from('::ffff:192.0.2.1'));
    hub.enter(from('192.0.2.1'));
    assert.equal(hub.refusal(from('::ffff:192.0.2.1'))?.status, 429);
    assert.equal(hub.refusal(from('::ffff:192.0.2.2')), undefined);
  });

  test('counts whom a trusted proxy names, also a proxy on this machine', () => {
    const hub = gate(100, ({ headers, socket }) => String(headers['x-forwarded-for'] ?? socket.remoteAddress));
    const visitor = (address: string) => from('127.0.0.1', { 'x-forwarded-for': address });
    hub.enter(visitor('192.0.2.1'));
    const leave = hub.enter(visitor('192.0.2.1'));
    assert.equal(hub.refusal(visitor('192.0.2.1'))?.status, 429);
    assert.equal(hub.refusal(visitor('192.0.2.2')), undefined);
    assert.equal(hub.refusal(from('127.0.0.1')), undefined);
    leave();
    assert.equal(hub.refusal(visitor('192.0.2.1')), undefined);
  });
});
