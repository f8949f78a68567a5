import type { AlertOutbox, ClaimedDelivery, OutboxReceiver } from '@tickwatch/store';
import type { NotifierEvents } from '../events.ts';
import type { Outcome, Sender } from '../send/sender.ts';
import { CatchUp } from './catch-up.ts';
import { ClaimedAhead } from './claimed-ahead.ts';
import { DeliveredReport } from './delivered-report.ts';
import { FailedReport, type Failure } from './failed-report.ts';
import { ReceiverHealth } from './receiver-health.ts';

/** So many are claimed at once where as many wait. */
const CLAIMED_AHEAD = 64;
/** Those that are claimed to be given up and have time left are left alone for so long, as the receiver is. */
const SWEPT_MS = 30_000;
/** What was delivered and is not told yet is bounded. */
const MAX_UNTOLD = 256;

export interface WorkerParts {
  readonly outbox: AlertOutbox;
  readonly sender: Sender;
  readonly events: NotifierEvents;
  /** A delivery is tried for so long, ms. */
  readonly retryMs: number;
  /** Aborts what is under way. */
  readonly signal: AbortSignal;
  /** The outbox can't be used: what is to be done is done when woken. */
  readonly onError: (error: unknown) => void;
  /** All that was due has been sent; more may be due by now, or later. */
  readonly onIdle: () => void;
}

/**
 * Sends to one receiver what is due, oldest first, a few at a time. One that takes nothing is left alone for a while, and then
 * tried with one sending.
 */
export class ReceiverWorker {
  readonly #parts: WorkerParts;
  readonly #health = new ReceiverHealth();
  readonly #delivered: DeliveredReport;
  readonly #failed: FailedReport;
  readonly #ahead: ClaimedAhead;
  readonly #catchUp: CatchUp;
  readonly #sending = new Set<Promise<void>>();
  #receiver: OutboxReceiver;
  #filling = Promise.resolve();
  #isFilling = false;
  #isStopped = false;
  /** More may be due than was claimed. */
  #isMore = false;
  /** Before this moment of the monotonic clock nothing is sent, ms. */
  #notBefore = Number.NEGATIVE_INFINITY;
  #alarm: NodeJS.Timeout | undefined;

  constructor(receiver: OutboxReceiver, parts: WorkerParts) {
    this.#receiver = receiver;
    this.#parts = parts;
    this.#delivered = new DeliveredReport(parts.outbox, receiver.id);
    this.#failed = new FailedReport(parts.outbox, receiver.id, parts.retryMs);
    this.#ahead = new ClaimedAhead(parts.outbox, receiver.id, parts.sender.longestMs);
    this.#catchUp = new CatchUp(() => this.#ahead.hurry());
  }

  get receiver(): OutboxReceiver {
    return this.#receiver;
  }

  /** Why nothing gets through to the receiver; `undefined`: it is well as far as is known. */
  get problem(): string | undefined {
    return this.#health.problem;
  }

  /** Whether nothing is lost with it. */
  get isIdle(): boolean {
    return this.#sending.size + this.#ahead.size + this.#delivered.size === 0 && !this.#isFilling;
  }

  /** Whether there is something to do for it although nothing is due. @param receiver as it is by now */
  hasToDo(receiver: OutboxReceiver): boolean {
    return this.#delivered.size > 0 || this.#catchUp.isDue || this.#isAnother(receiver);
  }

  /** Something may be due. @param receiver as it is by now */
  wake(receiver: OutboxReceiver): void {
    if (this.#isAnother(receiver)) {
      // What was put right is tried at once.
      this.#health.well();
      this.#catchUp.wantNow();
    }
    this.#receiver = receiver;
    this.#isMore = true;
    this.#fill();
  }

  /** Begins nothing more; resolves when what is under way has ended and is told. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#alarm);
    await this.#filling;
    await this.#release().catch(() => {});
    await Promise.all(this.#sending);
    await this.#delivered.flush().catch(() => {});
  }

  #isAnother({ target, secret }: OutboxReceiver): boolean {
    return target !== this.#receiver.target || secret !== this.#receiver.secret;
  }

  #fill(): void {
    // Whoever fills looks again before it ends.
    if (!this.#isFilling) this.#filling = this.#claimWhileRoom().catch(this.#parts.onError);
  }

  async #claimWhileRoom(): Promise<void> {
    this.#isFilling = true;
    try {
      if (this.#delivered.size > MAX_UNTOLD) await this.#delivered.flush();
      else if (this.#delivered.size > 0) this.#tell();
      for (let room = this.#room(); room > 0; room = this.#room()) {
        if (this.#catchUp.isDue) await this.#catchUp.run();
        else if (this.#ahead.isStale) await this.#release();
        else if (this.#ahead.size > 0) this.#begin(this.#ahead.take(this.#parts.sender.together));
        else await this.#claim(room);
      }
    } finally {
      this.#isFilling = false;
    }
  }

  /** How many sendings may begin now; wakes itself when they may later. */
  #room(): number {
    if (this.#isStopped || (!this.#isMore && this.#ahead.size === 0)) return 0;
    const wait = Math.max(this.#health.restUntil, this.#notBefore) - performance.now();
    if (wait > 0) {
      clearTimeout(this.#alarm);
      this.#alarm = setTimeout(() => this.#fill(), wait);
      return 0;
    }
    // One tries whether the receiver is well again.
    const most = this.#health.isInDoubt ? 1 : this.#parts.sender.atOnce;
    return most - this.#sending.size;
  }

  async #claim(room: number): Promise<void> {
    const begun = room * this.#parts.sender.together;
    const limit = this.#health.isInDoubt ? begun : Math.max(begun, CLAIMED_AHEAD);
    this.#isMore = false;
    try {
      // What was delivered and could not be told comes again.
      if (await this.#ahead.claim(limit, (id) => this.#delivered.has(id))) this.#isMore = true;
    } catch (error) {
      this.#isMore = true;
      throw error;
    }
  }

  async #release(): Promise<void> {
    this.#isMore = true;
    await this.#ahead.release();
  }

  /** Tells what was delivered, in its own time. */
  #tell(): void {
    this.#delivered.flush().catch(this.#parts.onError);
  }

  #begin(deliveries: readonly ClaimedDelivery[]): void {
    this.#notBefore = performance.now() + this.#parts.sender.everyMs;
    const sending = this.#send(deliveries)
      .catch(this.#parts.onError)
      .finally(() => {
        this.#sending.delete(sending);
        if (this.#sending.size === 0 && this.#ahead.size === 0 && !this.#isMore) this.#parts.onIdle();
        else this.#fill();
      });
    this.#sending.add(sending);
  }

  async #send(deliveries: readonly ClaimedDelivery[]): Promise<void> {
    const { sender, signal, events } = this.#parts;
    const receiver = this.#receiver;
    const firings = deliveries.map(({ firing }) => firing);
    const begunAt = performance.now();
    const outcome = await sender.send(receiver, firings, signal).catch((error: unknown): Outcome => {
      events.unexpected(error);
      return { kind: 'unwell', error: 'this service failed; its log says why' };
    });
    if (outcome.kind === 'delivered') {
      const wasUnwell = this.#health.well();
      if (wasUnwell) events.wellAgain(receiver);
      if (wasUnwell || deliveries.some(({ attempts }) => attempts > 0)) this.#catchUp.want();
      if (this.#catchUp.isDue) this.#isMore = true;
      events.delivered(receiver, firings);
      this.#delivered.add(firings.map(({ id }) => id));
      this.#tell();
    } else if (!signal.aborted) await this.#fail(deliveries, outcome, begunAt);
  }

  async #fail(deliveries: readonly ClaimedDelivery[], failure: Failure, begunAt: number): Promise<void> {
    const { events } = this.#parts;
    const { kind, error } = failure;
    if (kind === 'unwell') {
      if (this.#health.failed(error, begunAt, failure.retryAfterMs)) events.unwell(this.#receiver, error);
      // Whoever else sends may find it well.
      if (this.#health.restUntil > performance.now()) await this.#release();
    }
    const givenUp = await this.#failed.tell(deliveries, failure);
    events.failed(this.#receiver, deliveries.length, givenUp, error);
    if (kind !== 'unwell' || givenUp === 0) return;
    const swept = await this.#failed.sweep(error, SWEPT_MS);
    if (swept > 0) events.failed(this.#receiver, swept, swept, error);
  }
}
