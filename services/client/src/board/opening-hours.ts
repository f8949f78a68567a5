import { signal } from '@preact/signals';
import { type ExchangeSessions, parseTime } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import { nowMs } from '../clock.ts';

/** So far ahead sessions are asked for; they are asked for again at every opening and close. */
const AHEAD_MS = 7 * 86_400_000;
const BEHIND_MS = 86_400_000;
const AGAIN_MS = 60_000;
/** A timer's longest wait is about 24 days; once a day is soon enough for what a server's file changes. */
const LONGEST_MS = 86_400_000;

interface Hours {
  readonly open: number;
  readonly close: number;
}

/** When each exchange is open, as far as its calendar is known. Without one it counts as always open. */
export class OpeningHours {
  /** Where each exchange with a calendar stands: IANA names. */
  readonly zones = signal<ReadonlyMap<string, string>>(new Map());
  #hours: ReadonlyMap<string, readonly Hours[]> = new Map();
  #until = 0;

  /** Asks now, and again whenever a session begins or ends. */
  start(): void {
    void this.#load();
  }

  /** Takes what the API says of the time up to `until`, epoch ms. */
  take(exchanges: readonly ExchangeSessions[], until: number): void {
    const known = exchanges.filter(({ calendar }) => calendar !== null);
    this.#until = until;
    this.zones.value = new Map(known.map(({ exchange_name, timezone }) => [exchange_name, timezone]));
    this.#hours = new Map(
      known.map(({ exchange_name, sessions }) => [
        exchange_name,
        sessions.map(({ open_time, close_time }) => ({ open: millisOf(open_time), close: millisOf(close_time) })),
      ]),
    );
  }

  /** True when an exchange is known to be closed at a moment, epoch ms. */
  isClosed(exchange: string, now: number): boolean {
    if (now >= this.#until) return false;
    const hours = this.#hours.get(exchange);
    return hours !== undefined && !hours.some(({ open, close }) => open <= now && now < close);
  }

  /** The next moment after `now` at which an exchange opens or closes; undefined: none is known. */
  nextChange(now: number): number | undefined {
    const moments = [...this.#hours.values()].flat().flatMap(({ open, close }) => [open, close]);
    const later = moments.filter((moment) => moment > now);
    return later.length === 0 ? undefined : Math.min(...later);
  }

  /** When an exchange opens next, epoch ms; undefined: it is not known. */
  opensAt(exchange: string, now: number): number | undefined {
    const opens = (this.#hours.get(exchange) ?? []).map(({ open }) => open).filter((open) => open > now);
    return opens.length === 0 ? undefined : Math.min(...opens);
  }

  async #load(): Promise<void> {
    const now = nowMs();
    let delay = AGAIN_MS;
    try {
      const until = now + AHEAD_MS;
      const { body } = await getJson<readonly ExchangeSessions[]>('/api/sessions', {
        start_time: now - BEHIND_MS,
        end_time: until,
      });
      this.take(body, until);
      delay = Math.min(LONGEST_MS, Math.max(1000, (this.nextChange(nowMs()) ?? now + LONGEST_MS) - nowMs()));
    } catch {
      // Until it is known, no exchange counts as closed.
    }
    setTimeout(() => void this.#load(), delay);
  }
}

function millisOf(time: string): number {
  return (parseTime(time) ?? 0) / 1000;
}
