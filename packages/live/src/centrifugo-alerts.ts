import { ALERTS_CHANNEL, type AlertFiring } from '@tickwatch/core';
import type { AlertChannel } from './alert-channel.ts';
import { type AlertBundle, alertBundles } from './alert-messages.ts';
import { CentrifugoApi, type CentrifugoApiOptions } from './centrifugo-api.ts';
import { type Command, call } from './centrifugo-commands.ts';

export interface CentrifugoAlertsOptions extends Omit<CentrifugoApiOptions, 'timeoutMs' | 'connections'> {
  /** For one request, in ms. */
  readonly timeoutMs?: number;
}

/** About 1 MB: what one request carries. */
const MAX_PUBLICATIONS = 64;

/**
 * The channel `alerts` on Centrifugo v6, over a connection of its own.
 * @throws Error when the address or the key cannot be used at all
 */
export function createCentrifugoAlerts({ timeoutMs = 3000, ...where }: CentrifugoAlertsOptions): AlertChannel {
  return new CentrifugoAlerts(new CentrifugoApi({ ...where, timeoutMs }));
}

class CentrifugoAlerts implements AlertChannel {
  readonly #api: CentrifugoApi;

  constructor(api: CentrifugoApi) {
    this.#api = api;
  }

  async publish(firings: readonly AlertFiring[]): Promise<void> {
    const commands = alertBundles(firings).map(publication);
    for (let from = 0; from < commands.length; from += MAX_PUBLICATIONS) {
      await call(this.#api, commands.slice(from, from + MAX_PUBLICATIONS), `channel "${ALERTS_CHANNEL}"`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#api[Symbol.dispose]();
  }
}

/** The same firings again have the same key: they are heard once, whether or not they had arrived. */
function publication({ firings, data }: AlertBundle): Command {
  const key = `${firings[0]?.id}/${firings.at(-1)?.id}/${firings.length}`;
  return `{"publish":{"channel":"${ALERTS_CHANNEL}","idempotency_key":${JSON.stringify(key)},"data":${data}}}`;
}
