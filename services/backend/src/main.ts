import { readFileSync } from 'node:fs';
import { EnvReader, runService } from '@tickwatch/runtime';
import { backendConfig } from './config.ts';
import { startBackend } from './start-backend.ts';

await runService('backend', async (log) => {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const config = backendConfig(env);
  env.finish();
  return await startBackend(config, log);
});
