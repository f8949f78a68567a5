import { setTimeout } from 'node:timers/promises';
import { nowMicros } from '@tickwatch/core';
import type { LogEngine } from '@tickwatch/test/scale';
import { priceOfTick } from '../pipeline/tick-text.ts';

const STEP_MS = 10;

export interface TickLoad {
  readonly exchange: string;
  /** Ticks a second, each a message. */
  readonly rate: number;
  readonly seconds: number;
  readonly stocks: number;
}

type Publisher = Awaited<ReturnType<LogEngine['publisher']>>;

/** Publishes at a steady rate, as far as the engine takes it. @returns how many ticks it took @throws Error it refused one */
export async function publishTicks(
  publisher: Publisher,
  { exchange, rate, seconds, stocks }: TickLoad,
): Promise<number> {
  const started = performance.now();
  let sent = 0;
  for (;;) {
    const elapsed = Math.min(seconds, (performance.now() - started) / 1000);
    // After a pause of the machine the pace is caught up in portions.
    const due = Math.min(Math.floor(elapsed * rate) - sent, Math.ceil(rate / 20));
    if (due > 0) {
      const time = nowMicros();
      const messages = Array.from({ length: due }, (_, k) => {
        const [i, micros] = [sent + k, time + k];
        const stamp = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
        const stock = `S${i % stocks}`;
        return { exchange, stock, text: `${stock}:(${priceOfTick(i)}, ${stamp})` };
      });
      const taken = await publisher.publish(messages);
      if (!taken.every(Boolean)) throw new Error('the engine did not take all ticks');
      sent += due;
    } else if (elapsed >= seconds) return sent;
    await setTimeout(STEP_MS);
  }
}
