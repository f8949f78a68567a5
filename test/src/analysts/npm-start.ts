import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Started extends AsyncDisposable {
  readonly origin: string;
}

/** `npm start` as anybody types it, on any free port. Resolves when it says where it is. */
export async function npmStart(dataDir: string): Promise<Started> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, PORT: '0', DATA_DIR: dataDir };
  // A group of its own: npm, its shell and the system end together.
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const log: string[] = [];
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const { event, address } = JSON.parse(line) as { readonly event?: string; readonly address?: string };
      if (event === 'ready' && address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error(`npm start ended before it was ready:\n${log.join('\n')}`)));
  });
  return {
    origin,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.pid === undefined) return;
      const exit = once(child, 'close');
      process.kill(-child.pid, 'SIGTERM');
      await exit;
    },
  };
}
