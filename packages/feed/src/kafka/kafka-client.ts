import { type API, type Broker, Connection, ResponseError, UnsupportedCompressionError } from '@platformatic/kafka';
import type { KafkaServers } from '@tickwatch/core';
import { kafkaError } from './kafka-error.ts';

/** A broker that does not answer for so long counts as gone. */
const ANSWER_MS = 6_000;
const OPEN: ReadonlySet<string> = new Set(['connecting', 'authenticating', 'connected']);

interface Opened {
  readonly connection: Connection;
  readonly ready: Promise<Connection>;
}

/** Asks brokers; a connection that fails is closed, and the next question opens another. */
export class KafkaClient implements AsyncDisposable {
  readonly label: string;
  readonly #servers: KafkaServers;
  readonly #bootstrap: Broker[];
  readonly #connections = new Map<string, Opened>();

  constructor(servers: KafkaServers) {
    this.#servers = servers;
    this.#bootstrap = servers.brokers.map((address) => {
      const colon = address.lastIndexOf(':');
      return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    });
    this.label = `kafka at ${servers.brokers.join(', ')}`;
  }

  /** @param via a broker answers what comes on one connection in turn: who waits for news has one of their own */
  async ask<Args extends unknown[], Answer>(
    what: string,
    { async: api }: API<Args, Answer>,
    args: Args,
    to?: Broker,
    via = '',
  ): Promise<Answer> {
    let connection: Connection | undefined;
    try {
      connection = await (to === undefined ? this.#openAny() : this.#open(to, via));
      return await inTime(api(connection, ...args));
    } catch (error) {
      // An answer, if one that is no help, shows that the connection is well.
      const isWell = error instanceof ResponseError || error instanceof UnsupportedCompressionError;
      if (!isWell) for (const [key, opened] of this.#connections) if (opened.connection === connection) this.#drop(key);
      const { host, port } = connection ?? {};
      if (!isWell && host !== undefined && port !== undefined) this.#putLast({ host, port });
      throw kafkaError(`${this.label}: ${what}`, error);
    }
  }

  /** Who waits on these connections hears at once that they are gone. */
  close(via: string): void {
    for (const key of [...this.#connections.keys()]) if (key.startsWith(`${via}@`)) this.#drop(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const key of [...this.#connections.keys()]) this.#drop(key);
  }

  /** One that was no help is asked last. */
  async #openAny(): Promise<Connection> {
    const errors: unknown[] = [];
    for (const broker of [...this.#bootstrap]) {
      try {
        return await this.#open(broker, '');
      } catch (error) {
        errors.push(error);
        this.#putLast(broker);
      }
    }
    throw new AggregateError(errors);
  }

  #putLast({ host, port }: Broker): void {
    const at = this.#bootstrap.findIndex((broker) => broker.host === host && broker.port === port);
    if (at >= 0) this.#bootstrap.push(...this.#bootstrap.splice(at, 1));
  }

  #open({ host, port }: Broker, via: string): Promise<Connection> {
    const key = `${via}@${host}:${port}`;
    const known = this.#connections.get(key);
    if (known !== undefined && OPEN.has(known.connection.status)) return known.ready;
    const { tls, login } = this.#servers;
    const connection = new Connection('tickwatch', {
      ...(tls && { tls: {}, tlsServerName: true }),
      ...(login && { sasl: { mechanism: login.mechanism, username: login.user, password: login.password } }),
    });
    // It is told to who asks.
    connection.on('error', () => {});
    const ready = inTime(Promise.resolve(connection.connect(host, port))).then(() => connection);
    this.#connections.set(key, { connection, ready });
    return ready;
  }

  #drop(key: string): void {
    this.#connections.get(key)?.connection.socket?.destroy(new Error('closed'));
    this.#connections.delete(key);
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
