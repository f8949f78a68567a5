import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GiveUpError, until } from '../servers/index.ts';
import type { LedgerCounts } from './ledger-report.ts';
import { SubscriberProbe } from './subscriber-probe.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const KEPT_LINES = 20_000;
/** Several that start at once on few cores take long. */
const START_MS = 180_000;

export interface LogLine {
  readonly at: number;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** The subscriber as it is run: a process of its own with settings from the environment, ended by its pid. */
export class SubscriberProcess extends SubscriberProbe implements AsyncDisposable {
  /** Of its data folder. */
  readonly name: string;
  readonly launchedAt = Date.now();
  readonly lines: LogLine[] = [];
  protected port: number | undefined;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #isEnding = false;

  constructor(name: string, env: Readonly<Record<string, string>>) {
    super();
    this.name = name;
    this.#child = spawn(process.execPath, ['--import', 'tsx', 'services/subscriber/src/main.ts'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take(line));
    }
    this.#child.stderr?.on('data', (chunk: Buffer) =>
      this.#keep({ at: Date.now(), event: 'stderr', text: `${chunk}` }),
    );
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The code or the signal that it ended by. */
  get end(): number | string | null {
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  /** It ended though nobody told it to. */
  get diedByItself(): boolean {
    return !this.isAlive && !this.#isEnding;
  }

  /** Waits until it listens to the feed and answers on its port. */
  async listens(): Promise<void> {
    await this.sees('ready', { timeoutMs: START_MS });
    await this.saysOf('feed', true);
  }

  /** Waits for the first line of this event after an instant. */
  sees(event: string, { since = 0, timeoutMs = 60_000 } = {}): Promise<LogLine> {
    return until(
      () => {
        const line = this.lines.find((one) => one.event === event && one.at >= since);
        if (line === undefined) this.checkAlive();
        return line;
      },
      { timeoutMs, what: `log line ${event}` },
    );
  }

  /** What it said when it had been asked to stop. */
  get farewell(): (LogLine & LedgerCounts) | undefined {
    return this.lines.findLast(({ event }) => event === 'flushed_at_stop') as (LogLine & LedgerCounts) | undefined;
  }

  count(event: string): number {
    return this.lines.reduce((sum, line) => sum + Number(line.event === event), 0);
  }

  /** Resident memory in MB; `undefined` when it is gone. */
  async memory(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  }

  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#isEnding = true;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Asks it to stop. @returns the seconds that it took */
  async terminate(): Promise<number> {
    this.#isEnding = true;
    const asked = performance.now();
    this.#child.kill('SIGTERM');
    await this.#exited;
    return (performance.now() - asked) / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isAlive) await this.kill();
  }

  protected checkAlive(): void {
    if (this.isAlive) return;
    throw new GiveUpError(`the subscriber ended (${this.end}): ${JSON.stringify(this.lines.slice(-3))}`);
  }

  #take(line: string): void {
    try {
      const fields = JSON.parse(line) as Record<string, unknown>;
      if (fields.event === 'ready') this.port = Number(fields.port);
      this.#keep({ ...fields, at: Date.now(), event: String(fields.event) });
    } catch {
      this.#keep({ at: Date.now(), event: 'not_json', text: line });
    }
  }

  #keep(line: LogLine): void {
    if (this.lines.length < KEPT_LINES) this.lines.push(line);
  }
}
