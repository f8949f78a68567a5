import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '@tickwatch/core';
import type pg from 'pg';
import { type ConnectionSettings, closeClient, openClient } from '../pg-connection.ts';
import { describe } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';

export type AlertChannel = 'alert_rules' | 'alert_firings';

/** A server that falls silent is noticed after so long, and its answer limit. */
const CHECK_MS = 15_000;
/** Leaving waits so long for a server that does not answer. */
const LEAVE_MS = 1000;

/**
 * Listens to a channel of PostgreSQL on a connection of its own, which it opens anew whenever it breaks.
 * @param onCall whenever something is told, and once after each connecting: what was told before then may have been missed
 */
export function listenTo(
  settings: ConnectionSettings,
  channel: AlertChannel,
  onCall: () => void,
  onEvent: OnStoreEvent,
): AsyncDisposable {
  const over = new AbortController();
  const done = keepListening(settings, channel, onCall, onEvent, over.signal);
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await Promise.race([done, sleep(LEAVE_MS, undefined, { ref: false })]);
    },
  };
}

async function keepListening(
  settings: ConnectionSettings,
  channel: AlertChannel,
  onCall: () => void,
  onEvent: OnStoreEvent,
  over: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !over.aborted; attempt++) {
    let client: pg.Client | undefined;
    try {
      client = await openClient(settings);
      const broken = untilBroken(client, over);
      client.on('notification', () => !over.aborted && onCall());
      await client.query(`LISTEN ${channel}`);
      attempt = 0;
      if (!over.aborted) onCall();
      await checkUntil(client, broken);
    } catch (error) {
      if (over.aborted) break;
      const retryInMs = Math.round(backoffMs(attempt));
      onEvent({ type: 'listening_failed', channel, error: describe(error), retryInMs });
      await pause(retryInMs, over);
    } finally {
      if (client !== undefined) await closeClient(client);
    }
  }
}

/** Asks now and then whether anybody is there. @throws Error nobody is */
async function checkUntil(client: pg.Client, broken: AbortSignal): Promise<void> {
  for (;;) {
    await pause(CHECK_MS, broken);
    if (broken.aborted) throw broken.reason;
    await client.query({ text: 'SELECT 1', query_timeout: CHECK_MS } as pg.QueryConfig);
  }
}

function untilBroken(client: pg.Client, over: AbortSignal): AbortSignal {
  const broken = new AbortController();
  client.on('error', (error) => broken.abort(error));
  client.on('end', () => broken.abort(new Error('PostgreSQL closed the connection')));
  return AbortSignal.any([broken.signal, over]);
}

/** Until so long is over, or the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
