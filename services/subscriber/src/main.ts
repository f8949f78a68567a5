import { readFileSync } from 'node:fs';
import { EnvReader, runService } from '@tickwatch/runtime';
import { subscriberConfig } from './config.ts';
import { startSubscriber } from './start-subscriber.ts';

await runService('subscriber', async (log) => {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const config = subscriberConfig(env);
  env.finish();
  const subscriber = await startSubscriber(config, { log });
  log.info({ event: 'ready', port: subscriber.port, exchanges: [...config.lanes.keys()] }, 'listening to the feed');
  return subscriber;
});
