import { setMaxListeners } from 'node:events';
import { backoffMs, nowMicros } from '@tickwatch/core';
import { sleep } from '@tickwatch/runtime';
import { type AlertOutbox, type OutboxReceiver, type ReceiverQueue, StoreUnavailableError } from '@tickwatch/store';
import { Alarm } from '../alarm.ts';
import type { NotifierEvents } from '../events.ts';
import type { WaitingFigures } from '../metrics.ts';
import type { Sender } from '../send/sender.ts';
import { ReceiverWorker } from './receiver-worker.ts';

/** Looked at least so often: claims of others lapse, and receivers are changed. */
const LOOK_MS = 5000;
/** At a stop, what is under way is given so long to end. */
const FINISH_MS = 5000;

export interface DispatcherParts {
  readonly outbox: AlertOutbox;
  readonly senders: Readonly<Record<OutboxReceiver['type'], Sender>>;
  readonly events: NotifierEvents;
  /** A delivery is tried for so long, ms. */
  readonly retryMs: number;
}

/** Sees for whom something waits, and wakes the worker of each: no receiver waits for another. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #alarm = new Alarm();
  readonly #workers = new Map<string, ReceiverWorker>();
  readonly #stopping = new AbortController();
  readonly #abort = new AbortController();
  #queues: readonly ReceiverQueue[] = [];
  #storeError: string | undefined = 'not asked yet';
  /** Failures of the outbox in a row; and whether one came since it was looked at last. */
  #failures = 0;
  #hasFailed = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    // Every sending listens to it.
    setMaxListeners(0, this.#abort.signal);
  }

  /** Why the database can't be used; `undefined`: it can. */
  get storeError(): string | undefined {
    return this.#storeError;
  }

  /** How many receivers take nothing now. */
  get unwell(): number {
    return [...this.#workers.values()].filter(({ problem }) => problem !== undefined).length;
  }

  /** As it was when the outbox was looked at last. */
  figures(): WaitingFigures {
    const oldest = Math.min(...this.#queues.map(({ oldest }) => oldest ?? Number.POSITIVE_INFINITY));
    return {
      waiting: this.#queues.reduce((sum, { waiting }) => sum + waiting, 0),
      oldestSeconds: Number.isFinite(oldest) ? Math.max(0, (nowMicros() - oldest) / 1e6) : 0,
      unwellReceivers: this.unwell,
    };
  }

  /** Something was fired, or may have been. */
  wake(): void {
    this.#alarm.wake();
  }

  /** Resolves when it is stopped. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#look().then(
        () => this.#wentWell(),
        (error: unknown) => this.#failed(error),
      );
      if (this.#failures > 0) await sleep(backoffMs(this.#failures - 1), this.#stopping.signal);
      else await this.#alarm.wait(this.#untilNext());
    }
  }

  /** Begins nothing more; resolves when what is under way has ended, at worst by being aborted. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#alarm.wake();
    const timer = setTimeout(() => this.#abort.abort(), FINISH_MS);
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
    clearTimeout(timer);
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #look(): Promise<void> {
    this.#queues = await this.#parts.outbox.queues();
    if (this.#isStopped) return;
    const waiting = new Set(this.#queues.map(({ receiver }) => receiver.id));
    for (const [id, worker] of this.#workers) if (!waiting.has(id) && worker.isIdle) this.#drop(id, worker);
    for (const { receiver, dueInMs } of this.#queues) {
      const worker = this.#workerOf(receiver);
      if (dueInMs === 0 || worker.hasToDo(receiver)) worker.wake(receiver);
    }
  }

  #drop(id: string, worker: ReceiverWorker): void {
    this.#workers.delete(id);
    void worker.stop();
  }

  #workerOf(receiver: OutboxReceiver): ReceiverWorker {
    const known = this.#workers.get(receiver.id);
    if (known?.receiver.type === receiver.type) return known;
    if (known !== undefined) this.#drop(receiver.id, known);
    const { outbox, senders, events, retryMs } = this.#parts;
    const worker = new ReceiverWorker(receiver, {
      outbox,
      sender: senders[receiver.type],
      events,
      retryMs,
      signal: this.#abort.signal,
      onError: (error) => {
        this.#failed(error);
        this.wake();
      },
      onIdle: () => this.wake(),
    });
    this.#workers.set(receiver.id, worker);
    return worker;
  }

  /** Until the next delivery is due, ms. */
  #untilNext(): number {
    // Of what is due already, workers tell when they have done it.
    return Math.min(LOOK_MS, ...this.#queues.flatMap(({ dueInMs }) => (dueInMs > 0 ? [dueInMs] : [])));
  }

  #wentWell(): void {
    // Where it can be read and not written to, workers fail whenever they are woken.
    const isWell = !this.#hasFailed;
    this.#hasFailed = false;
    if (!isWell) return;
    if (this.#failures > 0) this.#parts.events.storeBack();
    this.#failures = 0;
    this.#storeError = undefined;
  }

  #failed(error: unknown): void {
    this.#hasFailed = true;
    const isFirst = this.#failures++ === 0;
    this.#storeError = error instanceof Error ? error.message : String(error);
    if (!(error instanceof StoreUnavailableError)) this.#parts.events.unexpected(error);
    else if (isFirst) this.#parts.events.storeAway(error);
  }
}
