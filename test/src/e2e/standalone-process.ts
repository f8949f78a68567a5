import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface StandaloneProcess extends AsyncDisposable {
  readonly address: string;
  readonly pid: number | undefined;
  /** Every line of its log so far. */
  readonly log: readonly string[];
  /** Ends it by a signal. @returns its exit code, `null` when the signal itself ended it */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the whole system as `npm start` does, on any free port, and waits until it says where it is. */
export async function startStandaloneProcess(env: Readonly<Record<string, string>>): Promise<StandaloneProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'services/standalone/src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const { event, address: found } = JSON.parse(line) as { readonly event?: string; readonly address?: string };
      if (event === 'ready' && found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`it ended before it was ready:\n${log.join('\n')}`)));
  });
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => stopChild(child, signal);
  return {
    address,
    pid: child.pid,
    log,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
  return child.exitCode;
}
