import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '../servers/index.ts';
import { openPty, type Pty } from './pty.ts';

/** One run on a terminal, as docs/terminal.md shows it. */
export interface Scene {
  readonly title: string;
  readonly about: string;
  /** As a person would type it. */
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Something else has the port. */
  readonly isPortTaken?: boolean;
  /** Waits for what is to be seen, and types; without it, until the end. */
  readonly play?: (pty: Pty) => Promise<readonly string[]>;
}

const CTRL_C = '\x03';
/** Nothing listens there. */
const REFUSED = 'postgresql://tickwatch:secret@127.0.0.1:1/stocks';

export const SCENES: readonly Scene[] = [
  {
    title: 'A start, and Ctrl-C',
    about: `A line for each part as it comes up. The last line renews itself every second; it is shown here as it was when Ctrl-C was
typed, and goes when the end begins.`,
    command: 'npm start',
    play: async (pty) => {
      const renewals = () => pty.raw().split('ticks/s').length;
      await pty.shows(/^\d[\d,]* ticks\/s/, 60_000);
      await until(() => renewals() > 7);
      const before = await pty.shows(/^[1-9][\d,]* ticks\/s .* [1-9][\d,]* stored · [1-9]/);
      pty.type(CTRL_C);
      await pty.ended();
      return [...before, ...pty.lines().slice(-3)];
    },
  },
  {
    title: 'The port is taken',
    about: 'It is tried before anything else is done, so that nothing was made that would have to be cleared away.',
    command: 'npm start',
    isPortTaken: true,
  },
  {
    title: 'Settings that can not be',
    about: 'All that is wrong is told at once.',
    command: 'FLUSH_INTERVALL_MS=1000 LANES=many npm start',
    env: { FLUSH_INTERVALL_MS: '1000', LANES: 'many' },
  },
  {
    title: 'The database is away',
    about: 'It serves all the same, and keeps what comes. A warning stands above the last line, once a minute at most.',
    command: `DATABASE_URL=${REFUSED} npm start`,
    env: { DATABASE_URL: REFUSED },
    play: async (pty) => {
      await pty.shows(/kept and tried again/, 60_000);
      const seen = await pty.shows(/^database away · .* [1-9][\d,]* waiting/);
      pty.type(CTRL_C);
      await pty.ended();
      return seen;
    },
  },
];

async function untilEnd(pty: Pty): Promise<readonly string[]> {
  await pty.ended();
  return pty.lines();
}

/** Plays a scene. @returns the lines of the screen, with the port and the folder that `npm start` has by default */
export async function playScene({ env = {}, isPortTaken = false, play }: Scene): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-scene-'));
  const other = createServer().listen(isPortTaken ? 0 : undefined, '127.0.0.1');
  await once(other, 'listening');
  const port = isPortTaken ? (other.address() as AddressInfo).port : await freePort();
  const settings = { PORT: String(port), DATA_DIR: folder, ...env };
  await using pty = openPty('npm start --silent', { columns: 110, env: settings });
  try {
    const lines = await (play ?? untilEnd)(pty);
    return lines.map((line) =>
      line
        .replaceAll(folder, './data')
        .replaceAll(`PORT=${port + 1}`, 'PORT=8081')
        .replaceAll(String(port), '8080')
        // Secrets are for who sits there.
        .replace(/[A-Za-z0-9_-]{24,}/g, '…')
        .trimEnd(),
    );
  } finally {
    other.close();
    await rm(folder, { recursive: true, force: true });
  }
}
