import { createCentrifugoPublisher, createCentrifugoReplays } from '@tickwatch/live';
import { startCentrifugo } from '../../servers/centrifugo.ts';
import { testReplayContract } from './replay-contract.ts';

testReplayContract('Centrifugo, as shipped', {
  async start() {
    const server = await startCentrifugo();
    const publisher = createCentrifugoPublisher(server);
    const replays = createCentrifugoReplays(server);
    return {
      replays,
      publisher,
      websocketUrl: server.websocketUrl,
      async [Symbol.asyncDispose]() {
        await replays[Symbol.asyncDispose]();
        await publisher[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  },
});
