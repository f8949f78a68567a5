import { createInbox, type Msg, nanos } from '@nats-io/transport-node';
import type { EpochMicros } from '@tickwatch/core';
import { type FeedMessage, MAX_ENTRY_BYTES } from '../durable-log.ts';
import type { NatsApi } from './nats-connection.ts';

/** A message of a stream, with its number there. */
export interface NatsMessage extends FeedMessage {
  readonly seq: number;
}

/** What may be on its way to us: so much, unless a single message is larger. */
const MAX_PULL_BYTES = 4 * MAX_ENTRY_BYTES;
const PULL_MS = 30_000;
const HEARTBEAT_MS = 1_000;
/** A consumer of which nothing is heard for so long is gone. */
const SILENCE_MS = 3_000;

/** Pulls what a consumer without acknowledgements has, never more than was asked for, and misses nothing that it sent. */
export class NatsPull {
  readonly #api: NatsApi;
  readonly #subject: string;
  readonly #inbox = createInbox();
  readonly #subscription;
  #messages: NatsMessage[] = [];
  /** How many messages the consumer has sent us. */
  #delivered = 0;
  /** Of the request that is out, if one is. */
  #request: { readonly batch: number; left: number } | undefined;
  #isTooLarge = false;
  #error: unknown;
  #wake = (): void => {};

  constructor(api: NatsApi, stream: string, consumer: string) {
    this.#api = api;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#subscription = api.connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        try {
          if (error !== null) throw error;
          this.#hear(message);
        } catch (thrown) {
          this.#error = thrown;
        }
        this.#wake();
      },
    });
  }

  /**
   * The messages that are here, at most so many; else waits for the next, for the next sign of life, or the signal.
   * @throws Error the consumer is gone, or what it sent did not come: begin anew
   */
  async take(limit: number, signal?: AbortSignal): Promise<readonly NatsMessage[]> {
    if (this.#messages.length === 0 && this.#error === undefined && signal?.aborted !== true) {
      if (this.#request === undefined) this.#ask(this.#isTooLarge ? 1 : limit);
      await this.#sign(signal);
    }
    if (this.#messages.length === 0 && this.#error !== undefined) throw this.#error;
    let [count, bytes] = [0, 0];
    for (const { payload } of this.#messages.slice(0, limit)) {
      bytes += payload.length;
      if (count > 0 && bytes > MAX_ENTRY_BYTES) break;
      count++;
    }
    return this.#messages.splice(0, count);
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #ask(batch: number): void {
    const wait = { expires: nanos(PULL_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    const request = { batch, ...(batch > 1 && { max_bytes: MAX_PULL_BYTES }), ...wait };
    this.#request = { batch, left: batch };
    this.#api.connection.publish(this.#subject, JSON.stringify(request), { reply: this.#inbox });
  }

  #sign(signal: AbortSignal | undefined): Promise<void> {
    const { gone } = this.#api;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        gone.removeEventListener('abort', lose);
        resolve();
      };
      const lose = (): void => {
        this.#error ??= new Error(gone.aborted ? 'the connection is gone' : 'the consumer is silent');
        end();
      };
      const timer = setTimeout(lose, SILENCE_MS);
      this.#wake = end;
      signal?.addEventListener('abort', end);
      gone.addEventListener('abort', lose);
      if (gone.aborted) lose();
    });
  }

  #hear({ reply = '', data, headers }: Msg): void {
    const tokens = reply.split('.');
    if (tokens[1] !== 'ACK') {
      this.#hearStatus(headers?.code ?? 0, headers);
      return;
    }
    const [, seq = '', delivered, nanoseconds = ''] = tokens.slice(tokens.length === 9 ? 4 : 6);
    this.#expect(++this.#delivered, delivered);
    this.#messages.push({ seq: Number(seq), payload: data, receivedAt: microsOfNanos(nanoseconds) });
    this.#isTooLarge = false;
    if (this.#request !== undefined && --this.#request.left === 0) this.#request = undefined;
  }

  #hearStatus(code: number, headers: Msg['headers']): void {
    const text = headers?.description ?? '';
    if (code === 100) {
      this.#expect(this.#delivered, headers?.get('Nats-Last-Consumer') || undefined);
      return;
    }
    const { batch = 0, left = 0 } = this.#request ?? {};
    this.#request = undefined;
    if (/exceeds maxbytes/i.test(text)) this.#isTooLarge = left === batch;
    else if (code !== 408 && !/batch completed/i.test(text)) throw new Error(`${code} ${text}`.trim());
  }

  #expect(ours: number, theirs: string | undefined): void {
    if (theirs !== undefined && Number(theirs) !== ours) throw new Error('messages did not come that were sent');
  }
}

/** Rounded as times in text are. */
function microsOfNanos(nanoseconds: string): EpochMicros {
  return (Number(nanoseconds.slice(0, -3)) + (Number(nanoseconds.at(-3)) >= 5 ? 1 : 0)) as EpochMicros;
}
