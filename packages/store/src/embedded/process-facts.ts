import { execFile } from 'node:child_process';
import { readFile, readlink, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the system says about a living process. */
export interface ProcessFacts {
  readonly uid: number;
  /** Epoch seconds, as exact as the system's clock was steady since. */
  readonly startedAt: number;
  /** It was told to stop for a while, and does nothing. */
  readonly isHalted: boolean;
  /** The file name of its program. */
  readonly program: string;
  /** Its arguments, the program first; one text where the system does not tell them apart. */
  readonly command: string;
  /** Where it works, as the path of a folder that can be asked; `undefined`: not told. */
  readonly folder: string | undefined;
}

/**
 * Reads them from /proc, or has `ps` tell them where there is none (macOS, some containers).
 * @returns `undefined`: there is no such process any more; 'unknown': this system tells nothing
 */
export async function factsOf(pid: number, proc = '/proc'): Promise<ProcessFacts | undefined | 'unknown'> {
  const isProc = await readFile(`${proc}/self/stat`).then(
    () => true,
    () => false,
  );
  return isProc ? await fromProc(pid, proc) : await fromPs(pid);
}

async function fromProc(pid: number, proc: string): Promise<ProcessFacts | undefined> {
  try {
    const folder = `${proc}/${pid}`;
    const [{ uid }, line, command, system] = await Promise.all([
      stat(folder),
      readFile(`${folder}/stat`, 'utf8'),
      readFile(`${folder}/cmdline`, 'utf8'),
      readFile(`${proc}/stat`, 'utf8'),
    ]);
    // The program's name stands in parentheses and may hold anything.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const state = fields[0] ?? '';
    if (state === 'Z' || state === 'X') return undefined;
    const bootedAt = Number(/^btime (\d+)$/m.exec(system)?.[1]);
    const exe = await readlink(`${folder}/exe`).catch(() => undefined);
    const words = command.split('\0');
    return {
      uid,
      // In hundredths of a second, on every Linux that Node runs on.
      startedAt: bootedAt + Number(fields[19]) / 100,
      isHalted: state === 'T' || state === 't',
      program: basename((exe ?? words[0] ?? '').replace(/ \(deleted\)$/, '')),
      command: words.join(' ').trim(),
      folder: await readlink(`${folder}/cwd`).then(
        () => `${folder}/cwd`,
        () => undefined,
      ),
    };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function fromPs(pid: number): Promise<ProcessFacts | undefined | 'unknown'> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'uid=,state=,lstart=,command=', '-p', String(pid)], { env });
    const found = /^\s*(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/m.exec(stdout);
    if (found === null) return stdout.trim() === '' ? undefined : 'unknown';
    const [, uid = '', state = '', start = '', command = ''] = found;
    if (state.startsWith('Z')) return undefined;
    return {
      uid: Number(uid),
      startedAt: Date.parse(`${start} UTC`) / 1000,
      isHalted: state.startsWith('T'),
      program: basename(command.split(' -')[0] ?? ''),
      command,
      folder: undefined,
    };
  } catch (error) {
    // Its way to say that there is none; a `ps` that can't work, or none at all, says something or has no exit code.
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    return code === 1 && stdout.trim() === '' && stderr.trim() === '' ? undefined : 'unknown';
  }
}
