import { styleText } from 'node:util';
import { printable } from '@tickwatch/runtime/printable';
import { type PeopleLine, peopleLine } from './people-line.ts';
import { RepeatedWarnings } from './repeated-warnings.ts';
import { clipped, type Status, statusText } from './status-text.ts';
import type { Terminal } from './terminal.ts';
import { openTtyOutput, type WriteText } from './tty-output.ts';

const USUAL_COLUMNS = 80;
const RENEW_MS = 1000;
/** Where a line can't be renewed in its place, it is written anew this rarely. */
const PLAIN_RENEWALS = 60;
const NAME_WIDTH = 11;

/**
 * The cursor rests at the start of the last line: whatever the terminal makes of that line when it is resized, erasing from
 * the cursor on takes all of it away, and nothing of what stands above.
 */
const ERASE = '\r\x1b[J';
/** So long nothing wraps, even when characters turn out to be wider than thought. */
const [NO_WRAP, WRAP] = ['\x1b[?7l', '\x1b[?7h'];

type Look = Parameters<typeof styleText>[0];

/** Lines that stay, and below them one that renews itself, where stdout is a terminal that can do that. */
export function createPeopleTerminal(
  env: Readonly<Record<string, string | undefined>>,
  stdout: NodeJS.WriteStream,
): Terminal {
  if (!stdout.isTTY) return new PeopleTerminal((text) => stdout.write(text), stdout, { colors: false, renews: false });
  const renews = env.TERM !== 'dumb';
  // Node's own judgement: NO_COLOR, FORCE_COLOR, TERM.
  return new PeopleTerminal(openTtyOutput(), stdout, { colors: renews && stdout.hasColors(), renews });
}

interface Abilities {
  readonly colors: boolean;
  /** A line can be written over. */
  readonly renews: boolean;
}

class PeopleTerminal implements Terminal {
  readonly #out: WriteText;
  readonly #stdout: NodeJS.WriteStream;
  readonly #can: Abilities;
  readonly #warnings = new RepeatedWarnings();
  readonly #onResize = (): void => this.#draw();
  #timer: NodeJS.Timeout | undefined;
  /** The last line, made for the room there is; `undefined`: no state is known yet. */
  #status: ((room: number) => string) | undefined;
  /** What takes its time until then, by part; the newest stands in the last line. */
  readonly #busy = new Map<string, string>();
  #warned = false;
  #failed = false;
  #renewals = 0;

  constructor(out: WriteText, stdout: NodeJS.WriteStream, can: Abilities) {
    this.#out = out;
    this.#stdout = stdout;
    this.#can = can;
    stdout.on('resize', this.#onResize);
    stdout.on('error', () => {});
  }

  write(line: string): void {
    const said = peopleLine(line);
    if (said !== undefined) this.#show(said);
  }

  say(name: string, text: string): boolean {
    // Lines for people in a file are a log like any other.
    if (!this.#stdout.isTTY) return false;
    this.#part(name, printable(text));
    return true;
  }

  showStatus(read: () => Promise<Status>): void {
    const renew = async (): Promise<void> => {
      const status = await read();
      if (this.#timer === undefined) return;
      this.#status = (room) => this.#styled(status.away.length > 0 ? 'yellow' : 'dim', statusText(status, room));
      if (this.#can.renews) this.#draw();
      else if (++this.#renewals % PLAIN_RENEWALS === 0) this.#out(`${statusText(status, Number.POSITIVE_INFINITY)}\n`);
    };
    this.#timer ??= setInterval(() => void renew().catch(() => {}), RENEW_MS).unref();
  }

  [Symbol.dispose](): void {
    this.#endStatus();
    this.#stdout.off('resize', this.#onResize);
    this.#draw();
  }

  #show(line: PeopleLine): void {
    if (line.kind === 'part') this.#part(line.name, line.text);
    else if (line.kind === 'working') this.#working(line.name, line.text);
    else if (line.kind === 'warning') this.#warn(line.level, line.keys, line.text);
    else if (line.kind === 'failure') this.#fail(line.text);
    else if (line.kind === 'end') this.#end(line.name, line.text);
    else if (this.#warned) this.#keep(`${clock()} ${this.#styled('green', 'well ')}  ${line.text}`);
  }

  #part(name: string, text: string, look: Look = name === 'ready' ? ['bold', 'green'] : 'bold'): void {
    this.#busy.delete(name);
    this.#keep(`${this.#styled('dim', seconds())}  ${this.#styled(look, name.padEnd(NAME_WIDTH))}${text}`);
  }

  #working(name: string, text: string): void {
    if (!this.#can.renews) this.#part(name, text);
    else {
      this.#busy.delete(name);
      this.#busy.set(name, text);
      this.#draw();
    }
  }

  #warn(level: string, keys: readonly string[], text: string): void {
    const shown = this.#warnings.pass(keys, text);
    if (shown === undefined) return;
    this.#warned = true;
    this.#keep(`${clock()} ${this.#styled(level === 'warn' ? 'yellow' : 'red', level.padEnd(5))}  ${shown}`);
  }

  #fail(text: string): void {
    this.#failed = true;
    this.#endStatus();
    this.#part('failed', text, ['bold', 'red']);
  }

  /** After a failure only what is flushed is worth a line. */
  #end(name: string, text: string): void {
    this.#endStatus();
    if (!this.#failed || name === 'flushed') this.#part(name, text);
  }

  #endStatus(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#status = undefined;
    this.#busy.clear();
  }

  /** Writes a line that stays above the last one. */
  #keep(text: string): void {
    this.#out(this.#can.renews ? `${ERASE}${text}\n${this.#lastLine()}` : `${text}\n`);
  }

  #draw(): void {
    if (this.#can.renews) this.#out(`${ERASE}${this.#lastLine()}`);
  }

  #lastLine(): string {
    // The last column stays free: a terminal may wrap when it is written to.
    const room = (this.#stdout.columns || USUAL_COLUMNS) - 1;
    const text = this.#status?.(room) ?? this.#busyText(room);
    return text === undefined ? '' : `${NO_WRAP}${text}${WRAP}\r`;
  }

  #busyText(room: number): string | undefined {
    const newest = [...this.#busy].at(-1);
    if (newest === undefined) return undefined;
    const [name, text] = newest;
    return this.#styled('dim', clipped(`${seconds()}  ${name.padEnd(NAME_WIDTH)}${text} …`, room));
  }

  #styled(look: Look, text: string): string {
    return this.#can.colors ? styleText(look, text) : text;
  }
}

/** Since the process began. */
function seconds(): string {
  return `${(performance.now() / 1000).toFixed(1).padStart(6)} s`;
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
