import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const clientFolder = fileURLToPath(new URL('../', import.meta.url));
const repository = join(clientFolder, '../..');

/** Where the built client lies. */
export const distFolder = join(clientFolder, 'dist');

/** What a build depends on; a change of any of it makes the built client stale. */
const SOURCES = [
  ...['src', 'public', 'index.html', 'vite.config.ts', 'lean-centrifuge.ts', 'tsconfig.json', 'package.json'].map(
    (name) => join(clientFolder, name),
  ),
  join(repository, 'packages/core/src'),
  join(repository, 'package-lock.json'),
];

const STAMP = '.built-from';

export interface BuildClientOptions {
  /** Told what goes on, one short text a step. */
  readonly onProgress?: (text: string) => void;
  /** Ends the build; nothing of it stays. */
  readonly signal?: AbortSignal;
}

/**
 * Builds the client where it is missing or older than its sources, in a process of its own, so that this one goes on
 * starting meanwhile.
 * @returns the folder that holds the built client
 * @throws Error with the end of the build's output when it fails
 */
export async function buildClient({ onProgress = () => {}, signal }: BuildClientOptions = {}): Promise<string> {
  const stamp = fingerprint();
  if (readStamp() === stamp) {
    onProgress('is up to date');
    return distFolder;
  }
  onProgress('is being built');
  const started = performance.now();
  const fresh = `${distFolder}-${process.pid}`;
  try {
    await runBuild(fresh, signal);
    writeFileSync(join(fresh, STAMP), stamp);
    swap(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  onProgress(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return distFolder;
}

/** True when there is a built client, of whatever age. */
export function isBuilt(): boolean {
  return existsSync(join(distFolder, 'index.html'));
}

function readStamp(): string | undefined {
  const file = join(distFolder, STAMP);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesUnder)) {
    hash
      .update(`${relative(repository, file)}\n`)
      .update(readFileSync(file))
      .update('\n');
  }
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Puts the new build in the old one's place as a whole: nobody is served half of each. */
function swap(fresh: string): void {
  const old = `${fresh}-old`;
  if (existsSync(distFolder)) renameSync(distFolder, old);
  renameSync(fresh, distFolder);
  rmSync(old, { recursive: true, force: true });
}

const KEPT_OUTPUT = 4000;

function runBuild(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'], {
    cwd: clientFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
    ...(signal === undefined ? {} : { signal }),
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    child.on('error', (error) => {
      failure = error;
      // One that was never started closes nothing.
      if (child.pid === undefined) reject(error);
    });
    child.on('close', (code) => {
      if (failure !== undefined) reject(failure);
      else if (code === 0) resolve();
      else reject(new Error(`the client could not be built (vite ended with ${code}):\n${output.trim()}`));
    });
  });
}
