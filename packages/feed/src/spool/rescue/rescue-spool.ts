import { spawn } from 'node:child_process';
import { access, constants, rename, rm, stat } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { OnFeedEvent } from '../../feed-event.ts';
import { SPOOL_VERSION } from '../record-format.ts';
import type { ScanReport } from './scan-spool.ts';
import type { WalkReport } from './walk-spool.ts';

const SCRIPT = fileURLToPath(new URL('./rescue-child.ts', import.meta.url));
const MAX_ERROR_TEXT = 300;
/** A damaged file can make LMDB go round for ever: a child gets so long, and more for a large file. */
const PATIENCE_MS = 30_000;
const PATIENCE_BYTES_PER_MS = 10_000;

type Result<Report> = { readonly report: Report & { readonly isCopied: boolean } } | { readonly crash: string };

/**
 * Puts a fresh file, into which every readable record was copied, in place of a spool: of a sound one too, because nobody
 * can see that the inside of a file will not make LMDB crash when it is written to. A damaged one is kept as
 * `….damaged`, instead of any earlier one, and told; one that is no spool is set aside, and nothing takes its place.
 * @param damage what is known to be wrong with it
 * @throws Error the files can't be read or moved
 */
export async function rescueSpool(file: string, onEvent: OnFeedEvent, damage?: string): Promise<void> {
  await access(file, constants.R_OK | constants.W_OK);
  const [walked, copy] = [`${file}.walk`, `${file}.copy`];
  try {
    const walk = await runChild<WalkReport>('walk', walked, file);
    if ('report' in walk && walk.report.state === 'newer') return await setAside(file, walk.report.reason, onEvent);
    if (damage === undefined && 'report' in walk && walk.report.state === 'sound') {
      if (walk.report.isCopied) return await replace(file, walked);
      if (walk.report.version === SPOOL_VERSION) return;
      throw new Error(`there is no room on the disk to convert ${file}`);
    }
    const scan = await runChild<ScanReport>('scan', copy, walked, file);
    const reason = damage ?? ('crash' in walk ? walk.crash : walk.report.reason);
    if ('report' in scan && scan.report.kept === undefined) return await setAside(file, reason, onEvent);
    const movedTo = `${file}.damaged`;
    await rename(file, movedTo);
    await replace(file, copy);
    const { kept = 0, lost = [] } = 'report' in scan ? scan.report : {};
    onEvent({ type: 'spool_salvaged', reason, kept, lost, movedTo });
  } finally {
    for (const path of [walked, copy]) await remove(path);
  }
}

async function replace(file: string, by: string): Promise<void> {
  await remove(`${file}-lock`);
  await rename(by, file);
}

async function setAside(file: string, reason: string, onEvent: OnFeedEvent): Promise<void> {
  const movedTo = `${file}.unusable-${new Date().toISOString().replace(/[-:]/g, '')}`;
  await rename(file, movedTo);
  await remove(`${file}-lock`);
  onEvent({ type: 'spool_set_aside', reason, movedTo });
}

async function remove(path: string): Promise<void> {
  for (const name of [path, `${path}-lock`]) await rm(name, { force: true });
}

async function runChild<Report>(
  mode: 'walk' | 'scan',
  copy: string,
  ...files: readonly string[]
): Promise<Result<Report>> {
  await remove(copy);
  const sizes = await Promise.all(files.map((file) => stat(file).then(({ size }) => size)));
  const timeout = Math.round(PATIENCE_MS + Math.max(...sizes) / PATIENCE_BYTES_PER_MS);
  const child = spawn(process.execPath, [...loaderArguments(process.execArgv), SCRIPT, mode, copy, ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    killSignal: 'SIGKILL',
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
  if (code === 0) return { report: JSON.parse(output) };
  return { crash: `it can't be read: ${signal ?? `exit code ${code}`} ${errors.trim()}`.trim() };
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
