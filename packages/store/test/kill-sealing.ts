import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, eventually } from './store-test-kit.ts';

const CHILD = new URL('./fixtures/seal-child.ts', import.meta.url);
const SESSIONS = "SELECT FROM pg_stat_activity WHERE application_name = 'seal-test'";

/**
 * Seals a day in another process, and kills that by SIGKILL so many ms after it began; `undefined`: not. Resolves when
 * PostgreSQL has noticed.
 * @returns how long it lived, ms
 */
export async function sealAndKill(url: string, day: string, afterMs: number | undefined): Promise<number> {
  const child = fork(CHILD, [url, day], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  await once(child, 'message');
  const begun = performance.now();
  if (afterMs !== undefined) {
    await Promise.race([exited, sleep(afterMs)]);
    child.kill('SIGKILL');
  }
  await exited;
  const lived = performance.now() - begun;
  await eventually(
    'the sessions of the killed process to end',
    async () => (await ask(url, SESSIONS)).length === 0 || undefined,
  );
  return lived;
}
