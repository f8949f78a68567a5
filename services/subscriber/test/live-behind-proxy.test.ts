import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createEmbeddedHub, type EmbeddedHub } from '@tickwatch/live';
import { clientAddress, EnvReader } from '@tickwatch/runtime';
import { subscriberConfig } from '../src/config.ts';

const LIMIT = 2;

describe('the embedded hub behind a proxy on its machine', () => {
  const server = createServer();
  let hub: EmbeddedHub;

  before(async () => {
    const { trustProxy } = subscriberConfig(new EnvReader({})).live;
    const addressOf = clientAddress(trustProxy);
    hub = createEmbeddedHub({ channels: ['NYSE'], maxClientsPerAddress: LIMIT, addressOf });
    server.on('upgrade', (...upgrade) => hub.handleUpgrade(...upgrade)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    await hub[Symbol.asyncDispose]();
    server.close();
  });

  /** Opens a connection as a proxy does that names its client. @returns the status */
  async function open(forwardedFor?: string): Promise<number | undefined> {
    const { port } = server.address() as AddressInfo;
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
      ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
    };
    const asked = request({ port, path: '/connection/websocket', headers }).end();
    const answered = await Promise.race([once(asked, 'upgrade'), once(asked, 'response')]);
    return (answered[0] as { readonly statusCode?: number }).statusCode;
  }

  it('counts each client that the proxy names, and lets none take the place of another', async () => {
    assert.equal(await open('192.0.2.1'), 101);
    assert.equal(await open('203.0.113.9, 192.0.2.1'), 101);
    assert.equal(await open('198.51.100.7, 192.0.2.1'), 429);
    assert.equal(await open('192.0.2.2'), 101);
  });

  it('counts all of one /64 as one client', async () => {
    assert.equal(await open('2001:db8:1:2::1'), 101);
    assert.equal(await open('2001:db8:1:2::2'), 101);
    assert.equal(await open('2001:db8:1:2::3'), 429);
    assert.equal(await open('2001:db8:1:3::1'), 101);
  });

  it('does not count who comes from this machine itself', async () => {
    for (let i = 0; i <= LIMIT; i++) assert.equal(await open(), 101);
  });
});
