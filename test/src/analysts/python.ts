import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A virtual environment with the tools of `requirements.txt`; it stays for the next time. @returns its python */
export async function preparePython(): Promise<string> {
  const folder = process.env.ANALYSTS_VENV ?? join(ROOT, 'node_modules/.cache/tickwatch-analysts');
  const python = join(folder, 'bin/python');
  if (!existsSync(python)) {
    await run('python3', ['-m', 'venv', folder]).catch((error: Error) => {
      throw new Error(`python3 -m venv does not work (on Debian: apt-get install python3-venv): ${error.message}`);
    });
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await run(python, [...pip, '--requirement', join(HERE, 'requirements.txt')]);
  return python;
}

export interface LineAnswer {
  readonly line: string;
  /** Of the line; of the exact sums at the end: the sum. */
  readonly average: string;
  readonly count: number;
  /** Since Python has started. */
  readonly seconds: number;
}

/** @param home where DuckDB keeps its extensions. @throws what Python says */
export function runLines(python: string, origin: string, block: string, home: string): Promise<readonly LineAnswer[]> {
  const child = spawn(python, [join(HERE, 'run_lines.py'), origin], { env: { ...process.env, HOME: home } });
  child.stdin.end(block);
  let [out, error] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    error += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`the lines failed (${code}):\n${out}${error}`));
      resolve(
        out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as LineAnswer),
      );
    });
  });
}
