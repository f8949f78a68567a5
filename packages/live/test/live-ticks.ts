import { setTimeout as delay } from 'node:timers/promises';
import type { DecimalText, EpochMicros, SequencedTick } from '@tickwatch/core';

let seq = 0;

/** Ticks of these stocks, in order, with consecutive numbers. */
export function ticksOf(...stocks: readonly string[]): SequencedTick[] {
  return stocks.map((stock) => tickOf(stock, 'NASDAQ'));
}

export function tickOf(stock: string, exchange: string): SequencedTick {
  seq++;
  return { stock, exchange, price: '1.5' as DecimalText, time: (1_760_000_000_000_000 + seq) as EpochMicros, seq };
}

/** Waits until `condition` holds. @throws Error naming `what` after 20 s, which a loaded machine may need */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within 60 s`);
    await delay(5);
  }
}
