import { operations, serviceMain } from '@tickwatch/runtime';
import { startClientServer } from './start-client-server.ts';

await serviceMain({
  name: 'client',
  usage: {
    command: 'node --import tsx services/client/server/main.ts',
    what: 'Serves the page by itself, for a proxy that sends it what is neither API nor live prices.',
    examples: ['PORT=8081 node --import tsx services/client/server/main.ts'],
  },
  read: (env) => ({
    host: env.text('HOST', { default: '127.0.0.1' }),
    port: env.integer('PORT', { default: 8080, max: 65_535 }),
    operations: operations(env),
  }),
  start: async (config, log) => {
    const server = await startClientServer(config, log);
    log.info({ event: 'ready', port: server.port }, `serves the client on port ${server.port}`);
    return server;
  },
});
