import { spawn } from 'node:child_process';

/**
 * Ends a program of PostgreSQL when this process is gone, whatever ended it: the watchdog's input closes with this process.
 * @returns a function that calls the watchdog off
 */
export function watch(pid: number): () => void {
  if (process.platform === 'win32') return () => {};
  const script = 'cat >/dev/null; kill -INT "$1" 2>/dev/null';
  const dog = spawn('sh', ['-c', script, 'sh', String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  dog.on('error', () => {});
  dog.unref();
  return () => dog.kill('SIGKILL');
}
