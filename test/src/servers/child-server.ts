import { type ChildProcess, spawn } from 'node:child_process';

export interface ChildServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const KEPT_OUTPUT = 4000;

/** A server process that can be stopped, killed, paused and started again with the same arguments. */
export class ChildServer {
  readonly #options: ChildServerOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #output = '';
  #isClosed = false;

  constructor(options: ChildServerOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** The end of what it wrote. */
  get output(): string {
    return this.#output;
  }

  launch(): void {
    if (this.#child !== undefined) throw new Error(`${this.#options.command} runs already`);
    if (this.#isClosed) throw new Error(`${this.#options.command} was ended for good`);
    const { command, args, cwd, env } = this.#options;
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk).slice(-KEPT_OUTPUT);
      });
    }
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      const done = (): void => {
        this.#child = undefined;
        resolve();
      };
      child.once('error', (error) => {
        this.#output += String(error);
        done();
      });
      child.once('exit', done);
    });
  }

  /** Sends a signal and waits until the process is gone. */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    this.#child?.kill('SIGCONT');
    this.#child?.kill(signal);
    await this.#exited;
  }

  /** Ends it for good: a test that goes on behind its end can't start it again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.end('SIGKILL');
  }

  /** The process stays, and answers nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }
}
