import { readFileSync } from 'node:fs';
import { Progress } from './progress.ts';

// Said before anything else is loaded: the first sign of life within a second, also on a slow disk.
const progress = new Progress();
progress.part('tickwatch', 'starting');

const { EnvReader, runService } = await import('@tickwatch/runtime');
const { standaloneConfig } = await import('./config.ts');
const { startStandalone } = await import('./start-standalone.ts');

await runService('tickwatch', async (log) => {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const config = standaloneConfig(env);
  try {
    env.finish();
  } catch (error) {
    tell(error);
  }
  const standalone = await startStandalone(config, progress, (line) => process.stdout.write(line)).catch(tell);
  log.info({ event: 'ready', address: standalone.address }, `open ${standalone.address}`);
  return standalone;
});

/** The log says it too, as JSON; this is for whoever sits in front of it. */
function tell(error: unknown): never {
  progress.part('failed', error instanceof Error ? error.message : String(error));
  throw error;
}
