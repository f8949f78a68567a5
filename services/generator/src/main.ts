import { readFileSync } from 'node:fs';
import process from 'node:process';
import { EnvReader, runService } from '@tickwatch/runtime';
import { generatorConfig } from './generator-config.ts';
import { startGenerator } from './start-generator.ts';

await runService('generator', async (log) => {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const config = generatorConfig(env);
  env.finish();
  return await startGenerator(config, { log });
});
