import { readFileSync } from 'node:fs';
import { addressOf, DEFAULT_HOST, DEFAULT_PORT, type FrontDoor, openFrontDoor } from './front-door.ts';
import { logLine } from './terminal/log-line.ts';
import { openTerminal, type Terminal } from './terminal/terminal.ts';

if (process.argv.length > 2) {
  const { answerHelp } = await import('./help.ts');
  answerHelp();
} else await main();

async function main(): Promise<void> {
  // Said before anything else is loaded: the first sign of life within a second, also on a slow disk.
  const terminal = openTerminal(process.env, process.stdout);
  terminal.write(logLine('info', { event: 'working', part: 'tickwatch' }, 'starting'));
  const door = await takePort(terminal);
  if (door !== 'refused') await run(terminal, door);
}

/** @returns undefined: HOST or PORT can't be read, which is told with all that is wrong with the settings */
async function takePort(terminal: Terminal): Promise<FrontDoor | undefined | 'refused'> {
  const { HOST = DEFAULT_HOST, PORT = String(DEFAULT_PORT) } = process.env;
  if (HOST.trim() === '' || !/^\d{1,5}$/.test(PORT.trim()) || Number(PORT) > 65_535) return undefined;
  try {
    const door = await openFrontDoor(HOST.trim(), Number(PORT));
    terminal.write(logLine('info', { event: 'part', part: 'port' }, addressOf(HOST.trim(), door.port)));
    terminal.write(logLine('info', { event: 'working', part: 'tickwatch' }, 'loads its parts'));
    return door;
  } catch (error) {
    const { secondOn } = await import('./take-folders.ts');
    const second = process.env.DATABASE_URL ? undefined : await secondOn(process.env.DATA_DIR ?? './data');
    const sentence = second ?? (error instanceof Error ? error.message : String(error));
    terminal.write(logLine('fatal', { event: 'start_failed', error: sentence }, sentence));
    process.exitCode = 1;
    return 'refused';
  }
}

async function run(terminal: Terminal, door: FrontDoor | undefined): Promise<void> {
  const { asStartError, createLogger, EnvReader, runService } = await import('@tickwatch/runtime');
  const { standaloneConfig } = await import('./config.ts');
  const { startStandalone } = await import('./start-standalone.ts');
  const start = async (signal: AbortSignal) => {
    const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
    const config = standaloneConfig(env);
    env.finish();
    const taken = door ?? (await openFrontDoor(config.host, config.port).catch(asStartError));
    return await startStandalone(config, { door: taken, terminal, signal });
  };
  await runService('tickwatch', (_log, signal) => start(signal), createLogger('tickwatch', terminal));
}
