import { serviceMain } from '@tickwatch/runtime';
import { subscriberConfig } from './config.ts';
import { startSubscriber } from './start-subscriber.ts';

await serviceMain({
  name: 'subscriber',
  usage: {
    command: 'npm run start:subscriber',
    what: `Takes prices from Redis, sends them live at once and stores them in PostgreSQL, in batches. As many as are started share
the lanes of the exchanges.`,
    examples: [
      'REDIS_URL=redis://localhost:6379 DATABASE_URL=postgresql://user:password@localhost/stocks npm run start:subscriber',
    ],
  },
  read: subscriberConfig,
  start: async (config, log) => {
    const subscriber = await startSubscriber(config, { log });
    log.info({ event: 'ready', port: subscriber.port, exchanges: [...config.lanes.keys()] }, 'listening to the feed');
    return subscriber;
  },
});
