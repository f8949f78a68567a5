import type { OnFeedEvent } from '../feed-event.ts';
import { stockOf } from '../stock-of.ts';
import type { TickSink } from '../tick-source.ts';
import { NatsConnection } from './nats-connection.ts';
import { stockSubject } from './nats-names.ts';

/** So many messages may wait for their acknowledgement. */
const MAX_IN_FLIGHT = 1024;

/** Publishes by stock, and believes what a stream acknowledged. Which lane a stock is in is for the server to say. */
export class NatsSink implements TickSink {
  readonly #connection: NatsConnection;
  #inFlight = 0;
  #isTold = false;
  #onRoom = (): void => {};
  /** Resolves when all messages of earlier calls are on their way. */
  #sent: Promise<void> = Promise.resolve();

  constructor(natsUrl: string, onEvent: OnFeedEvent) {
    this.#connection = new NatsConnection(natsUrl, 'tickwatch-sink', onEvent);
  }

  /** Messages of several calls arrive in the order of the calls. Where one fails, some of those behind it may have arrived. */
  async publish(exchange: string, messages: readonly string[]): Promise<{ readonly unheard: number }> {
    const acks: Promise<void>[] = [];
    const send = this.#sent.then(() => this.#send(exchange, messages, acks));
    this.#sent = send.catch(() => {});
    // Where one fails, nothing of this call is on its way any more when it says so.
    await send.finally(() => Promise.allSettled(acks));
    await Promise.all(acks);
    return { unheard: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  async #send(exchange: string, messages: readonly string[], acks: Promise<void>[]): Promise<void> {
    let failed: { readonly error: unknown } | undefined;
    for (const message of messages) {
      if (this.#inFlight >= MAX_IN_FLIGHT) await new Promise<void>((resolve) => (this.#onRoom = resolve));
      if (failed !== undefined) throw failed.error;
      this.#inFlight++;
      const ack = this.#publish(stockSubject(exchange, stockOf(message)), message).finally(() => {
        this.#inFlight--;
        this.#onRoom();
      });
      ack.catch((error: unknown) => {
        failed ??= { error };
      });
      acks.push(ack);
    }
  }

  async #publish(subject: string, message: string): Promise<void> {
    try {
      await this.#connection.ask(({ client }) => client.publish(subject, message).catch(explain(subject)));
      this.#isTold = false;
    } catch (error) {
      // Once, until something is taken again. That the server is away is told by the connection.
      const isRefusal = this.#connection.state.state === 'connected';
      if (isRefusal && !this.#isTold) this.#connection.refused(error);
      this.#isTold ||= isRefusal;
      throw error;
    }
  }
}

/** Where no stream takes a subject, the library says that JetStream is not enabled. */
function explain(subject: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error) || !/not enabled/.test(error.message)) throw error;
    const why = `no stream takes ${subject}: none is made yet, or the server maps it to no lane`;
    throw new Error(why, { cause: error });
  };
}
