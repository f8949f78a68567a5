import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { startProgram, stopProgram } from '../pipeline/child.ts';

/** The backend as a process of its own, asked over one kept connection. */
export interface BackendProcess extends AsyncDisposable {
  /** @returns ms until the whole answer was there */
  ask(path: string): Promise<number>;
  /** Reads and throws away a large answer. */
  drain(path: string): Promise<{ readonly firstByteMs: number; readonly seconds: number; readonly bytes: number }>;
  /** Resident memory in bytes. */
  memory(): number;
}

export async function startBackendProcess(databaseUrl: string): Promise<BackendProcess> {
  const env = { DATABASE_URL: databaseUrl, PORT: '0', RATE_LIMIT_PER_MINUTE: '0', STATEMENT_TIMEOUT_MS: '120000' };
  const child = startProgram('services/backend/src/main.ts', [], { env });
  const port = await portOf(child);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const open = async (path: string): Promise<IncomingMessage> => {
    const [response] = (await once(get({ port, path, agent }), 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`${path} was answered ${response.statusCode}`);
    return response;
  };
  return {
    async ask(path) {
      const started = performance.now();
      const response = await open(path);
      for await (const _chunk of response);
      return performance.now() - started;
    },
    async drain(path) {
      const started = performance.now();
      const response = await open(path);
      let firstByteMs = 0;
      let bytes = 0;
      for await (const chunk of response) {
        if (bytes === 0) firstByteMs = performance.now() - started;
        bytes += (chunk as Buffer).length;
      }
      return { firstByteMs, seconds: (performance.now() - started) / 1000, bytes };
    },
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await stopProgram(child);
    },
  };
}

/** Reads the log until the backend says where it listens; goes on reading, for a process can't log into a closed pipe. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output = (output + String(chunk)).slice(-10_000);
      const port = /"event":"ready".*?"port":(\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('close', () => reject(new Error(`the backend ended: ${output}`)));
  });
}
