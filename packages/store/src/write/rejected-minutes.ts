import { type EpochMicros, formatMicros } from '@tickwatch/core';
import type { RejectedMessage } from '../tick-store.ts';
import { MICROS_PER_MINUTE } from './minute-bucket.ts';

interface Minute {
  readonly minute: number;
  readonly exchange: string;
  readonly reason: string;
  count: number;
  /** Of these messages, as many are to be kept. */
  kept: number;
  /** Of earlier ones. */
  keptBefore: number;
  firstAt: number;
  lastAt: number;
}

/** Messages that are no ticks, counted by minute, exchange and reason. */
export class RejectedMinutes {
  readonly #messages: readonly RejectedMessage[];
  readonly #lane: string;
  readonly #minutes = new Map<string, Minute>();
  /** Kept of all reasons, by minute and exchange. */
  readonly #kept = new Map<string, number>();

  constructor(messages: readonly RejectedMessage[], lane: string) {
    this.#messages = messages;
    this.#lane = lane;
    for (const message of messages) {
      const found = this.#of(message);
      found.count++;
      found.firstAt = Math.min(found.firstAt, message.receivedAt);
      found.lastAt = Math.max(found.lastAt, message.receivedAt);
    }
  }

  /** Parameters: minutes and exchanges. */
  get keys(): unknown[] {
    const minutes = [...this.#minutes.values()];
    return [minutes.map(({ minute }) => minuteText(minute)), minutes.map(({ exchange }) => exchange)];
  }

  /** So many were kept before. @param minute its number since 1970 */
  kept(minute: number, exchange: string, reason: string, count: number): void {
    const found = this.#minutes.get(keyOf(minute, exchange, reason));
    if (found !== undefined) found.keptBefore += count;
    this.#count(minute, exchange, count);
  }

  /** The first messages of each minute and exchange up to the limit, and one of each reason. */
  choose(perMinute: number): readonly RejectedMessage[] {
    return this.#messages.filter((message) => {
      const found = this.#of(message);
      const { minute, exchange } = found;
      const isKept = this.#count(minute, exchange, 0) < perMinute || found.keptBefore + found.kept === 0;
      if (!isKept) return false;
      found.kept++;
      this.#count(minute, exchange, 1);
      return true;
    });
  }

  /** Parameters of the counts' rows. */
  get counts(): unknown[] {
    const rows = [...this.#minutes.values()];
    return [
      this.#lane,
      rows.map(({ minute }) => minuteText(minute)),
      rows.map(({ exchange }) => exchange),
      rows.map(({ reason }) => reason),
      rows.map(({ count }) => count),
      rows.map(({ kept }) => kept),
      rows.map(({ firstAt }) => formatMicros(firstAt as EpochMicros)),
      rows.map(({ lastAt }) => formatMicros(lastAt as EpochMicros)),
    ];
  }

  #of({ receivedAt, exchange, reason }: RejectedMessage): Minute {
    const minute = Math.floor(receivedAt / MICROS_PER_MINUTE);
    const key = keyOf(minute, exchange, reason);
    const found = this.#minutes.get(key) ?? {
      minute,
      exchange,
      reason,
      count: 0,
      kept: 0,
      keptBefore: 0,
      firstAt: receivedAt,
      lastAt: receivedAt,
    };
    this.#minutes.set(key, found);
    return found;
  }

  /** @returns how many are kept, with so many more */
  #count(minute: number, exchange: string, more: number): number {
    const key = `${minute} ${exchange}`;
    const count = (this.#kept.get(key) ?? 0) + more;
    this.#kept.set(key, count);
    return count;
  }
}

function keyOf(minute: number, exchange: string, reason: string): string {
  return `${minute} ${exchange} ${reason}`;
}

function minuteText(minute: number): string {
  return formatMicros((minute * MICROS_PER_MINUTE) as EpochMicros);
}
