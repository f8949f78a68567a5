import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeFlags?: readonly string[];
  /** The work tree that it's taken from; this one by default. */
  readonly root?: string;
  /** Default: it has none. */
  readonly stdin?: 'pipe' | 'ignore';
}

/** Starts a TypeScript program as a process of its own. */
export function startProgram(
  file: string,
  args: readonly string[],
  { env = {}, nodeFlags = [], root = ROOT, stdin = 'ignore' }: ProgramOptions = {},
): ChildProcess {
  return spawn(process.execPath, [...nodeFlags, '--import', 'tsx', file, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: [stdin, 'pipe', 'inherit'],
  });
}

/** Runs a program to its end. @returns what its last line of output says, as JSON */
export async function runProgram<T>(file: string, args: readonly (string | number)[]): Promise<T> {
  const child = startProgram(file, args.map(String));
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${file} ended with code ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as T;
}

export async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}
