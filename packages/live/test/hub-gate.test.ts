import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { HubGate, LIVE_PATH } from '../src/hub-gate.ts';

function gate(maxClients = 100): HubGate {
  return new HubGate({ allowedOrigins: [], maxClients, maxClientsPerAddress: 2 });
}

function from(remoteAddress: string): IncomingMessage {
  return { url: LIVE_PATH, headers: {}, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('the gate of the embedded hub', () => {
  test('lets so many connections in from one address, and others beside them', () => {
    const hub = gate();
    hub.enter('192.0.2.1');
    const leave = hub.enter('192.0.2.1');
    assert.equal(hub.refusal(from('192.0.2.1'))?.status, 429);
    assert.equal(hub.refusal(from('192.0.2.2')), undefined);
    assert.equal(hub.refused, 1);
    leave();
    assert.equal(hub.refusal(from('192.0.2.1')), undefined);
  });

  test('does not count what comes through a proxy on this machine', () => {
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      const hub = gate(5);
      for (let i = 0; i < 4; i++) hub.enter(address);
      assert.equal(hub.refusal(from(address)), undefined);
      hub.enter(address);
      assert.equal(hub.refusal(from(address))?.status, 503, 'all of them together are limited all the same');
    }
  });
});
