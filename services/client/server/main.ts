import { readFileSync } from 'node:fs';
import { EnvReader, operations, runService } from '@tickwatch/runtime';
import { startClientServer } from './start-client-server.ts';

await runService('client', async (log) => {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const config = {
    host: env.text('HOST', { default: '127.0.0.1' }),
    port: env.integer('PORT', { default: 8080, max: 65_535 }),
    operations: operations(env),
  };
  env.finish();
  const server = await startClientServer(config, log);
  log.info({ event: 'ready', port: server.port }, `serves the client on port ${server.port}`);
  return server;
});
