import { createClient, ErrorReply, RESP_TYPES } from '@redis/client';
import { backoffMs, type EpochMicros, nowMicros } from '@tickwatch/core';
import { describeError } from './describe-error.ts';
import type { OnFeedEvent } from './feed-event.ts';
import type { RedisAddress } from './redis-address.ts';
import { FeedUnavailableError, type SourceState } from './tick-source.ts';

/** A server that is silent for this long, pings included, counts as gone. */
const SILENCE_MS = 10_000;
const PING_MS = 3_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** A client whose answers keep their bytes: texts come as buffers. */
export type RedisConnectionClient = ReturnType<typeof openClient>;

/**
 * One connection to Redis that reconnects for ever and says how it is. While it is away commands fail at once:
 * nothing waits in a queue that could grow.
 */
export class RedisConnection implements AsyncDisposable {
  readonly client: RedisConnectionClient;
  readonly address: RedisAddress;
  readonly label: string;
  readonly #onEvent: OnFeedEvent;
  #state: SourceState = { state: 'disconnected', since: nowMicros(), error: 'not connected yet' };
  #isTold = false;
  #isClosed = false;

  /** @param name what the server shows for it in CLIENT LIST */
  constructor(address: RedisAddress, name: string, onEvent: OnFeedEvent) {
    this.address = address;
    this.label = address.label;
    this.#onEvent = onEvent;
    this.client = openClient(address, name);
    this.client.on('ready', () => this.#connected());
    this.client.on('error', (error: unknown) => this.#disconnected(error));
  }

  get state(): SourceState {
    return this.#state;
  }

  /** Begins to connect; returns at once. */
  open(): void {
    // Failures are told by the error event; this one only ends when the client is closed.
    if (!this.client.isOpen) this.client.connect().catch(() => {});
  }

  /** @throws FeedUnavailableError the server is away or refuses */
  async run(...command: readonly string[]): Promise<unknown> {
    try {
      return await this.client.sendCommand([...command]);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** As {@link run}, of a slot that is just being moved to this node of a cluster. */
  async runAsking(...command: readonly string[]): Promise<unknown> {
    const [, answer] = await Promise.all([this.run('ASKING'), this.run(...command)]);
    return answer;
  }

  /**
   * Runs commands that see the same moment.
   * @param isAsking as {@link runAsking}
   * @returns their answers; an `ErrorReply` in place of one that failed
   * @throws FeedUnavailableError the server is away or takes none of them
   */
  async runTogether(commands: readonly (readonly string[])[], isAsking = false): Promise<readonly unknown[]> {
    const all = [...(isAsking ? [['ASKING']] : []), ['MULTI'], ...commands, ['EXEC']];
    const answers = all.map((command) => this.run(...command));
    const settled = await Promise.allSettled(answers);
    // What is refused when it is queued says why; EXEC only says that something was.
    const refused = settled.find((answer) => answer.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
    return (await answers.at(-1)) as readonly unknown[];
  }

  failure(cause: unknown): FeedUnavailableError {
    return new FeedUnavailableError(`${this.label}: ${describeError(cause)}`, { cause });
  }

  /** The server answered, with an error. */
  commandFailed(error: unknown): void {
    this.#onEvent({ type: 'feed_command_failed', server: this.label, error: describeError(error) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.client.destroy();
  }

  #connected(): void {
    // Closed while it was being made, the client comes up all the same.
    if (this.#isClosed) {
      this.client.destroy();
      return;
    }
    this.#state = { state: 'connected', since: nowMicros() };
    this.#isTold = false;
    this.#onEvent({ type: 'feed_connected', server: this.label });
  }

  #disconnected(cause: unknown): void {
    const error = describeError(cause);
    const since: EpochMicros = this.#state.state === 'disconnected' ? this.#state.since : nowMicros();
    this.#state = { state: 'disconnected', since, error };
    if (this.#isTold || this.#isClosed) return;
    this.#isTold = true;
    this.#onEvent({ type: 'feed_disconnected', server: this.label, error });
  }
}

/** What a node of a cluster says for a while, of all keys alike: another leads them, or nobody yet. */
const PASSING = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|LOADING) /;

/** The server answered, and refused: a wrong type, a missing right. */
export function isRefusal(error: unknown): error is FeedUnavailableError {
  return isAnswer(error) && !PASSING.test(error.cause.message);
}

/** The server is there: it answered with an error. */
export function isAnswer(error: unknown): error is FeedUnavailableError & { readonly cause: ErrorReply } {
  return error instanceof FeedUnavailableError && error.cause instanceof ErrorReply;
}

/**
 * `createClient` makes a class with hundreds of commands for each combination of options; those of one class are made at once.
 * The older protocol's answers are plain lists, also of streams, with every text as bytes.
 */
const template = createClient({ RESP: 2 });

function openClient({ host, port, tls, username, password, database }: RedisAddress, name: string) {
  const timeouts = { connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_MS };
  const reconnectStrategy = (retries: number): number => backoffMs(retries);
  return template
    .duplicate({
      socket: tls
        ? { host, port, tls: true, ...timeouts, reconnectStrategy }
        : { host, port, ...timeouts, reconnectStrategy },
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      database,
      name,
      pingInterval: PING_MS,
      disableOfflineQueue: true,
      // A clock for each command costs more than the command; the silence of a server ends all that wait for it.
      commandOptions: { timeout: 0 },
    })
    .withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}
