import { createCentrifugoAlerts, createCentrifugoPublisher } from '@tickwatch/live';
import { startCentrifugo } from '../../servers/centrifugo.ts';
import { testLiveContract } from './live-contract.ts';

testLiveContract('Centrifugo, as shipped', {
  async start({ lanes, boardBytesPerSecond, ...settings }) {
    const counts = [...lanes].map(([exchange, count]) => `${exchange}:${count}`).join(',');
    const server = await startCentrifugo({ ...settings, lanes: counts });
    const publisher = createCentrifugoPublisher({ ...server, lanes, boardBytesPerSecond });
    const alerts = createCentrifugoAlerts(server);
    return {
      publisher,
      alerts,
      websocketUrl: server.websocketUrl,
      async [Symbol.asyncDispose]() {
        await alerts[Symbol.asyncDispose]();
        await publisher[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  },
});
