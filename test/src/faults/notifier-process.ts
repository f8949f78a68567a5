import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The notifier as it is run; it may send to this machine, and what it holds when it dies is due again after some seconds. */
export class NotifierProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor(databaseUrl: string) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', 'services/notifier/src/main.ts'], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: '0',
        DATABASE_URL: databaseUrl,
        ALERT_PRIVATE_TARGETS: '127.0.0.1',
        ALERT_TIMEOUT_MS: '500',
      },
      stdio: 'ignore',
    });
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
