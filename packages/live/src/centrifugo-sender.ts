import { randomUUID } from 'node:crypto';
import type { CentrifugoApi } from './centrifugo-api.ts';
import type { Command } from './centrifugo-commands.ts';
import { type Envelope, type LiveSender, type Outcome, SENT } from './live-sender.ts';

/** Why a channel has not taken an envelope. */
interface Fault {
  readonly error: string;
  readonly retry: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** "Internal server error" (its Redis is away, say), which passes; the others are there to stay. */
const INTERNAL_ERROR = 100;

/** Carries envelopes to Centrifugo: what is for several channels travels once. */
export class CentrifugoSender implements LiveSender {
  readonly #api: CentrifugoApi;
  readonly #id = randomUUID();
  #sent = 0;

  constructor(api: CentrifugoApi) {
    this.#api = api;
  }

  async send(envelopes: readonly Envelope[]): Promise<readonly Outcome[]> {
    const commands = envelopes.map(({ channels, data }) => this.#command(channels, data));
    const replies = await this.#batch(commands.length === 0 ? ['{"info":{}}'] : commands);
    const faults = envelopes.map(({ channels }, i) => this.#faults(channels, replies[i]));
    await this.#catchUp(envelopes, faults);
    return faults.map(([first, ...others]): Outcome => {
      if (first !== undefined) return { ok: false, ...first };
      const missed = others.find((fault) => fault !== undefined);
      return missed === undefined ? SENT : { ok: true, missed: missed.error };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#api[Symbol.dispose]();
  }

  #batch(commands: readonly Command[]): Promise<readonly unknown[]> {
    return this.#api.batch(`{"commands":[${commands.join(',')}]}`);
  }

  #command(channels: readonly string[], data: string): Command {
    // A node that seemed dead may yet publish what another one has taken instead of it: by its key it is heard once.
    const key = this.#api.hasSeveral ? `"idempotency_key":"${this.#id}/${++this.#sent}",` : '';
    return channels.length === 1
      ? `{"publish":{"channel":${JSON.stringify(channels[0])},${key}"data":${data}}}`
      : `{"broadcast":{"channels":${JSON.stringify(channels)},${key}"data":${data}}}`;
  }

  /**
   * One more try at once for channels that missed what the first one has, for no other envelope will say it again; but not where
   * a later one has arrived already.
   */
  async #catchUp(envelopes: readonly Envelope[], faults: (Fault | undefined)[][]): Promise<void> {
    const behind = envelopes.flatMap(({ channels, data }, i) => {
      const own = faults[i] ?? [];
      if (own[0] !== undefined) return [];
      const isOver = (channel: string): boolean =>
        envelopes.some(
          (later, k) =>
            k > i && faults[k]?.[later.channels.indexOf(channel)] === undefined && later.channels.includes(channel),
        );
      return channels.flatMap((channel, j) => (own[j]?.retry && !isOver(channel) ? [{ own, j, channel, data }] : []));
    });
    if (behind.length === 0) return;
    const replies = await this.#batch(behind.map(({ channel, data }) => this.#command([channel], data))).catch(
      () => [],
    );
    for (const [i, { own, j, channel }] of behind.entries()) [own[j]] = this.#faults([channel], replies[i]);
  }

  /** What is wrong with each of an envelope's channels; `undefined`: nothing. */
  #faults(channels: readonly string[], reply: unknown): (Fault | undefined)[] {
    const { error, publish, broadcast } = (reply ?? {}) as Json;
    const done = (publish ?? broadcast) as Json | undefined;
    const responses = done?.responses as readonly unknown[] | undefined;
    return channels.map((channel, i) => {
      const own = broadcast === undefined ? done : (responses?.[i] as Json | undefined);
      const found = (error ?? done?.error ?? own?.error) as Json | null | undefined;
      if (found === undefined || found === null) {
        return own === undefined ? { retry: true, error: `${this.#name} left a publication out` } : undefined;
      }
      const { code, message } = found;
      return {
        retry: code === INTERNAL_ERROR,
        error: `${this.#name} refused channel ${channel}: ${code} ${message}. Check its channel settings`,
      };
    });
  }

  get #name(): string {
    return `Centrifugo at ${this.#api.host}`;
  }
}
