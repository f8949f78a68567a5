import { createCentrifugoPublisher } from '@tickwatch/live';
import { startCentrifugo } from '../../servers/centrifugo.ts';
import { testLiveContract } from './live-contract.ts';

testLiveContract('Centrifugo, as shipped', {
  async start({ lanes, ...settings }) {
    const server = await startCentrifugo(settings);
    const publisher = createCentrifugoPublisher({ ...server, lanes });
    return {
      publisher,
      websocketUrl: server.websocketUrl,
      async [Symbol.asyncDispose]() {
        await publisher[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  },
});
