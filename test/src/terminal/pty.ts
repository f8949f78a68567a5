import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import { until } from '../servers/index.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ROWS = 40;

export interface PtyOptions {
  /** Default 100. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command on a terminal, and the screen that a person has before them. */
export interface Pty extends AsyncDisposable {
  /** Every byte that came, escapes and all. */
  readonly raw: () => string;
  /** The lines of the screen and what was scrolled away above, without empty ones at the end. A line that was wrapped is one. */
  readonly lines: () => readonly string[];
  /** As {@link lines}, each row of the screen by itself. */
  readonly rows: () => readonly string[];
  /** Resolves with the screen's lines when a line of it matches. */
  readonly shows: (pattern: RegExp, timeoutMs?: number) => Promise<readonly string[]>;
  /** What is typed: `\x03` is Ctrl-C. */
  readonly type: (keys: string) => void;
  readonly resize: (columns: number) => void;
  /** Resolves with the exit code when it has ended. */
  readonly ended: () => Promise<number | null>;
}

/** Whether this machine has `script` (util-linux), which makes a terminal for a command; else the reason to skip a test. */
export const NO_PTY =
  process.platform === 'linux' && spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0
    ? false
    : 'there is no `script` of util-linux here to make a terminal with';

/** Runs a shell's command line on a terminal of its own, in the repository's root. */
export function openPty(command: string, { columns = 100, env = {} }: PtyOptions = {}): Pty {
  const { PATH, HOME } = process.env;
  const sized = `stty cols ${columns} rows ${ROWS}; ${command}`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', sized, '/dev/null'], {
    cwd: ROOT,
    env: { PATH, HOME, SHELL: '/bin/sh', TERM: 'xterm-256color', npm_config_update_notifier: 'false', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const screen = new xterm.Terminal({ cols: columns, rows: ROWS, scrollback: 5000, allowProposedApi: true });
  let raw = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text;
    screen.write(text);
  });
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const settled = (): Promise<void> => new Promise((resolve) => screen.write('', resolve));
  const rows = () => rowsOf(screen).map(({ text }) => text);
  const lines = () => joined(rowsOf(screen));
  return {
    raw: () => raw,
    rows,
    lines,
    async shows(pattern, timeoutMs = 30_000) {
      const found = async () => {
        await settled();
        return lines().some((line) => pattern.test(line)) ? lines() : undefined;
      };
      return until(found, { timeoutMs }).catch(() => {
        throw new Error(`${pattern} is not on the screen:\n${lines().join('\n')}`);
      });
    },
    type: (keys) => child.stdin.write(keys),
    resize(to) {
      screen.resize(to, ROWS);
      execFileSync('stty', ['-F', terminalOf(child.pid ?? 0), 'cols', String(to)]);
    },
    async ended() {
      const code = await ended;
      await settled();
      return code;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
      screen.dispose();
    },
  };
}

interface Row {
  readonly text: string;
  readonly isWrapped: boolean;
}

function rowsOf({ buffer }: InstanceType<typeof xterm.Terminal>): readonly Row[] {
  const { active } = buffer;
  const rows = Array.from({ length: active.length }, (_, i) => active.getLine(i)).map((line) => ({
    text: line?.translateToString(true) ?? '',
    isWrapped: line?.isWrapped ?? false,
  }));
  return rows.slice(0, rows.findLastIndex(({ text }) => text !== '') + 1);
}

function joined(rows: readonly Row[]): readonly string[] {
  const lines: string[] = [];
  for (const { text, isWrapped } of rows) {
    if (isWrapped) lines.push(`${lines.pop() ?? ''}${text}`);
    else lines.push(text);
  }
  return lines;
}

/** The terminal that the command of a `script` process has: that of its child. */
function terminalOf(pid: number): string {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (parentOf(entry) === pid) return readlinkSync(`/proc/${entry}/fd/1`);
  }
  throw new Error('the command has ended');
}

function parentOf(pid: string): number | undefined {
  try {
    // The name, in brackets, may hold anything.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}
