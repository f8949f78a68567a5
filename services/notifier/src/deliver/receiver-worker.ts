import { type EpochMicros, nowMicros } from '@tickwatch/core';
import type { AlertOutbox, ClaimedDelivery, OutboxReceiver } from '@tickwatch/store';
import type { NotifierEvents } from '../events.ts';
import type { Outcome, Sender } from '../send/sender.ts';
import { DeliveredReport } from './delivered-report.ts';
import { ReceiverHealth } from './receiver-health.ts';
import { retryAt, retryDelayMs } from './retry.ts';

/** Longer than any sending takes: who dies holding a claim delays its deliveries for so long. */
const CLAIM_MS = 60_000;
/** Of those whose time is over, so many are given up at once. */
const SWEEP = 500;

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
  /** Something is due later. */
  readonly onPutOff: () => void;
}

/**
 * Sends to one receiver what is due, oldest first, a few at a time. One that takes nothing is left alone for a while, and then
 * tried with one sending.
 */
export class ReceiverWorker {
  readonly #parts: WorkerParts;
  readonly #health = new ReceiverHealth();
  readonly #report: DeliveredReport;
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
    this.#report = new DeliveredReport(parts.outbox, receiver.id);
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
    return this.#sending.size === 0 && !this.#isFilling && this.#report.size === 0;
  }

  /** Something may be due. @param receiver as it is by now */
  wake(receiver: OutboxReceiver): void {
    const isAnother = receiver.target !== this.#receiver.target || receiver.secret !== this.#receiver.secret;
    // What was put right is tried at once.
    if (isAnother) this.#health.well();
    this.#receiver = receiver;
    this.#isMore = true;
    this.#fill();
  }

  /** Begins nothing more; resolves when what is under way has ended and is told. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#alarm);
    await this.#filling;
    await Promise.all(this.#sending);
    await this.#report.flush().catch(() => {});
  }

  #fill(): void {
    // Whoever fills looks again before it ends.
    if (!this.#isFilling) this.#filling = this.#claimWhileRoom().catch(this.#parts.onError);
  }

  async #claimWhileRoom(): Promise<void> {
    this.#isFilling = true;
    try {
      if (this.#report.size > 0) await this.#report.flush();
      for (let room = this.#room(); room > 0 && this.#isMore; room = this.#room()) await this.#claim(room);
    } finally {
      this.#isFilling = false;
    }
  }

  /** How many sendings may begin now; wakes itself when they may later. */
  #room(): number {
    if (this.#isStopped || !this.#isMore) return 0;
    const wait = Math.max(this.#health.restUntil, this.#notBefore) - performance.now();
    if (wait > 0) {
      clearTimeout(this.#alarm);
      this.#alarm = setTimeout(() => this.#fill(), wait);
      return 0;
    }
    // One tries whether the receiver is well again.
    const most = this.problem === undefined ? this.#parts.sender.atOnce : 1;
    return most - this.#sending.size;
  }

  async #claim(room: number): Promise<void> {
    const { outbox, sender } = this.#parts;
    const limit = room * sender.together;
    this.#isMore = false;
    let claimed: readonly ClaimedDelivery[] = [];
    try {
      claimed = await outbox.claim(this.#receiver.id, limit, CLAIM_MS);
    } catch (error) {
      this.#isMore = true;
      throw error;
    }
    if (claimed.length === limit) this.#isMore = true;
    // What was delivered and could not be told comes again.
    const unsent = claimed.filter(({ firing }) => !this.#report.has(firing.id));
    for (let from = 0; from < unsent.length; from += sender.together)
      this.#begin(unsent.slice(from, from + sender.together));
  }

  #begin(deliveries: readonly ClaimedDelivery[]): void {
    this.#notBefore = performance.now() + this.#parts.sender.everyMs;
    const sending = this.#send(deliveries)
      .catch(this.#parts.onError)
      .finally(() => {
        this.#sending.delete(sending);
        this.#fill();
      });
    this.#sending.add(sending);
  }

  async #send(deliveries: readonly ClaimedDelivery[]): Promise<void> {
    const { sender, signal, events } = this.#parts;
    const receiver = this.#receiver;
    const firings = deliveries.map(({ firing }) => firing);
    const outcome = await sender.send(receiver, firings, signal).catch((error: unknown): Outcome => {
      events.unexpected(error);
      return { kind: 'unwell', error: 'this service failed; its log says why' };
    });
    if (outcome.kind === 'delivered') {
      if (this.#health.well()) events.wellAgain(receiver);
      events.delivered(receiver, firings);
      this.#report.add(firings.map(({ id }) => id));
      await this.#report.flush();
    } else if (!signal.aborted) await this.#failed(deliveries, outcome);
  }

  async #failed(
    deliveries: readonly ClaimedDelivery[],
    outcome: Exclude<Outcome, { readonly kind: 'delivered' }>,
  ): Promise<void> {
    const { events, outbox } = this.#parts;
    const { kind, error } = outcome;
    const asked = kind === 'unwell' ? outcome.retryAfterMs : undefined;
    if (kind === 'unwell' && this.#health.unwell(error, asked)) events.unwell(this.#receiver, error);
    const now = nowMicros();
    const delay = retryDelayMs(Math.min(...deliveries.map(({ attempts }) => attempts)), asked);
    const again = grouped(deliveries, (one) => (kind === 'gone' ? undefined : retryAt(now, delay, this.#end(one))));
    const givenUp = again.get(undefined)?.length ?? 0;
    events.failed(this.#receiver, deliveries.length, givenUp, error);
    for (const [at, those] of again) await outbox.failed(this.#receiver.id, idsOf(those), error, at);
    if (givenUp < deliveries.length) this.#parts.onPutOff();
    if (kind === 'unwell' && givenUp > 0) await this.#sweep(now, error);
  }

  /** Gives up all whose time is over: they waited for one that tried whether the receiver is well. */
  async #sweep(now: EpochMicros, error: string): Promise<void> {
    const { outbox, events } = this.#parts;
    for (;;) {
      // What is claimed and has time left comes again when the claim ends.
      const claimed = await outbox.claim(this.#receiver.id, SWEEP, CLAIM_MS);
      const over = claimed.filter((one) => now >= this.#end(one));
      if (over.length === 0) return;
      events.failed(this.#receiver, over.length, over.length, error);
      await outbox.failed(this.#receiver.id, idsOf(over), error, undefined);
      if (over.length < SWEEP) return;
    }
  }

  #end({ createdAt }: ClaimedDelivery): EpochMicros {
    return (createdAt + this.#parts.retryMs * 1000) as EpochMicros;
  }
}

function idsOf(deliveries: readonly ClaimedDelivery[]): readonly string[] {
  return deliveries.map(({ firing }) => firing.id);
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
