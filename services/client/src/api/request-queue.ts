import { ApiError } from './http.ts';

interface Job {
  readonly run: () => Promise<void>;
  attempt: number;
}

const MAX_PAUSE_MS = 15_000;

/**
 * Runs many small loads a few at a time, so that a board of hundreds of stocks neither floods the API nor keeps the
 * browser's connections from what the user asked for. A key that already waits is not queued twice. What fails for a
 * passing reason is tried again, later and later, for as long as the page is open.
 */
export class RequestQueue {
  readonly #waiting = new Map<string, Job>();
  readonly #limit: number;
  #running = 0;
  #pausedUntil = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(key: string, run: () => Promise<void>): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, { run, attempt: 0 });
    this.#next();
  }

  #next(): void {
    const pause = this.#pausedUntil - performance.now();
    if (pause > 0) return;
    while (this.#running < this.#limit) {
      const [entry] = this.#waiting;
      if (entry === undefined) return;
      this.#waiting.delete(entry[0]);
      void this.#run(entry[0], entry[1]);
    }
  }

  async #run(key: string, job: Job): Promise<void> {
    this.#running++;
    try {
      await job.run();
    } catch (error) {
      if (error instanceof ApiError && error.passing) this.#later(key, job, error);
    } finally {
      this.#running--;
      this.#next();
    }
  }

  #later(key: string, job: Job, error: ApiError): void {
    job.attempt++;
    if (!this.#waiting.has(key)) this.#waiting.set(key, job);
    const pause = error.retryAfterMs ?? Math.min(MAX_PAUSE_MS, 500 * 2 ** job.attempt);
    this.#pausedUntil = performance.now() + pause;
    setTimeout(() => this.#next(), pause + 5);
  }
}
