import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmbeddedHub } from '@tickwatch/live';
import { testLiveContract } from './live-contract.ts';

testLiveContract('embedded hub', {
  async start(settings) {
    const hub = createEmbeddedHub({ channels: ['NASDAQ', 'NYSE'], ...settings });
    const server = createServer().listen(0, '127.0.0.1');
    server.on('upgrade', (request, socket, head) => hub.handleUpgrade(request, socket, head));
    await once(server, 'listening');
    return {
      publisher: hub,
      alerts: hub.alerts,
      websocketUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/connection/websocket`,
      async [Symbol.asyncDispose]() {
        await hub[Symbol.asyncDispose]();
        server.close();
      },
    };
  },
});
