import type { LaneCounts } from '@tickwatch/core';
import { BundledPublisher } from './bundled-publisher.ts';
import { CentrifugoApi, type CentrifugoApiOptions } from './centrifugo-api.ts';
import type { LiveEvent, LivePublisher } from './live-publisher.ts';
import { type LiveSender, type Outcome, type Publication, SENT } from './live-sender.ts';

export interface CentrifugoPublisherOptions extends Omit<CentrifugoApiOptions, 'timeoutMs'> {
  /** How many lanes each exchange has; left out: one. */
  readonly lanes?: LaneCounts;
  readonly onEvent?: (event: LiveEvent) => void;
  /** For one batch, in ms; a server that takes longer counts as down. */
  readonly timeoutMs?: number;
}

/**
 * Publishes through the HTTP API of Centrifugo v6; the channel is the exchange. Until the server has answered
 * once it counts as down, so that a wrong key shows before the first tick.
 * @throws Error when the address or the key cannot be used at all
 */
export function createCentrifugoPublisher({
  lanes,
  onEvent,
  timeoutMs = 3000,
  ...where
}: CentrifugoPublisherOptions): LivePublisher {
  const api = new CentrifugoApi({ ...where, timeoutMs });
  const unproven = `Centrifugo at ${api.host} has not answered yet`;
  return new BundledPublisher(new CentrifugoSender(api), { lanes, onEvent, unproven });
}

class CentrifugoSender implements LiveSender {
  readonly #api: CentrifugoApi;

  constructor(api: CentrifugoApi) {
    this.#api = api;
  }

  async send(publications: readonly Publication[]): Promise<readonly Outcome[]> {
    const commands = publications.map(
      ({ exchange, data }) => `{"publish":{"channel":${JSON.stringify(exchange)},"data":${data}}}`,
    );
    const asked = commands.length === 0 ? ['{"info":{}}'] : commands;
    const replies = await this.#api.batch(`{"commands":[${asked.join(',')}]}`);
    return publications.map(({ exchange }, index) => this.#outcome(exchange, replies[index]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#api[Symbol.dispose]();
  }

  #outcome(exchange: string, reply: unknown): Outcome {
    const { error, publish } = (reply ?? {}) as { error?: unknown; publish?: { error?: unknown } };
    const found = (error ?? publish?.error) as { code?: unknown; message?: unknown } | null | undefined;
    if (found === undefined || found === null) {
      return publish === undefined ? { ok: false, retry: true, error: `${this.#name} left a publication out` } : SENT;
    }
    const { code, message } = found;
    // 100 is "internal server error" (its Redis is away, say) and passes; the others are there to stay.
    return {
      ok: false,
      retry: code === 100,
      error: `${this.#name} refused channel ${exchange}: ${code} ${message}. Check its channel settings`,
    };
  }

  get #name(): string {
    return `Centrifugo at ${this.#api.host}`;
  }
}
