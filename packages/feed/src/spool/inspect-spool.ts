import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { SpoolReport } from './check-spool.ts';

const SCRIPT = fileURLToPath(new URL('./check-spool.ts', import.meta.url));
/** How a process ends that reads a file which is cut or was never a database. */
const CRASHES: readonly (string | null)[] = ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE'];
const MAX_ERROR_TEXT = 2000;

/**
 * Looks whether a spool file can be used, in a process of its own.
 * @throws Error the check itself could not be done, which says nothing about the file
 */
export async function inspectSpool(file: string): Promise<SpoolReport> {
  const child = spawn(process.execPath, [...loaderArguments(process.execArgv), SCRIPT, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MAX_ERROR_TEXT);
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => resolve(end));
  });
  if (CRASHES.includes(signal)) return { state: 'unusable', reason: 'it is cut, or no database at all' };
  if (code === 0) return JSON.parse(output) as SpoolReport;
  throw new Error(`the spool could not be checked: ${signal ?? `exit code ${code}`}; ${errors.trim()}`);
}

/** What makes this process read TypeScript also makes its child do so. */
function loaderArguments(execArgv: readonly string[]): readonly string[] {
  return execArgv.flatMap((argument, i) => {
    if (/^--(import|require|loader|experimental-loader)=/.test(argument)) return [argument];
    return /^(--import|--require|-r|--loader|--experimental-loader)$/.test(argument)
      ? [argument, execArgv[i + 1] ?? '']
      : [];
  });
}
