import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, constants, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);
export const isRoot = process.getuid?.() === 0;
/** Nobody of this machine. */
export const OTHER_UID = 65_534;
export const HOLD = fileURLToPath(new URL('./fixtures/hold-postgres.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface TempFolder extends AsyncDisposable {
  readonly path: string;
}

/** A folder that every user can enter, as other users' processes start in it too. */
export async function tempFolder(): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), 'tickwatch-embedded-'));
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts the embedded PostgreSQL in a process of its own. */
export function startHolder(dataDir: string, before: readonly string[] = []): ChildProcess {
  const [program = '', ...args] = [...before, process.execPath, '--import', 'tsx', HOLD, dataDir];
  return spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What goes in front of a command that another user runs. */
export function asOther(uid = OTHER_UID): readonly string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
}

/** The first line that it prints, or why it ended. */
export async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('it has no output');
  let said = '';
  stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const exit = new AbortController();
  const ended = once(child, 'exit', { signal: exit.signal }).then(() => {
    throw new Error(`it ended: ${said}`);
  });
  try {
    const [chunk] = (await Promise.race([once(stdout, 'data'), ended])) as [Buffer];
    return String(chunk).trim();
  } finally {
    exit.abort();
    ended.catch(() => {});
  }
}

export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** The process that PostgreSQL's lock names. */
export async function serverPid(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** PostgreSQL's processes that work in a data folder and are no other's children. Takes /proc. */
export async function serversOn(dataDir: string): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-ww', '-eo', 'pid=,stat=,command=']);
  const lines = stdout.split('\n').filter((line) => line.includes(` -D ${join(dataDir, 'postgres')} `));
  return lines
    .filter((line) => /^\s*\d+\s+[^Z]\S*\s+\S*postgres -D/.test(line))
    .map((line) => Number.parseInt(line, 10));
}

/** Whether another user could start these sources. */
export async function othersCanRead(): Promise<boolean> {
  if (!isRoot) return false;
  const [program = '', ...args] = asOther();
  return await run(program, [...args, 'test', '-r', HOLD]).then(
    () => true,
    () => false,
  );
}

export async function isThere(path: string): Promise<boolean> {
  return await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
