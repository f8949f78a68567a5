import { serviceMain } from '@tickwatch/runtime';
import { generatorConfig } from './generator-config.ts';
import { startGenerator } from './start-generator.ts';

await serviceMain({
  name: 'generator',
  usage: {
    command: 'npm run start:generator',
    what: 'Invents prices of stocks and publishes them to Redis, one channel or stream an exchange.',
    examples: [
      'REDIS_URL=redis://localhost:6379 npm run start:generator',
      'REDIS_URL=redis://localhost:6379 GENERATOR_MOVES=percent GENERATOR_SESSIONS=on npm run start:generator',
    ],
  },
  read: generatorConfig,
  start: (config, log) => startGenerator(config, { log }),
});
