import { signal } from '@preact/signals';
import { type ExchangeSessions, parseTime } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import { nowMs } from '../clock.ts';
import { fromWallClock } from '../format/zone.ts';

/** So far ahead sessions are asked for; they are asked for again at every opening and close. */
const AHEAD_MS = 7 * 86_400_000;
/** No exchange rests for longer, but in times of war. */
const BEHIND_MS = 12 * 86_400_000;
const AGAIN_MS = 60_000;
/** So near the end of what is known, more is asked for. */
const NEAR_MS = 5 * 86_400_000;
/** A timer's longest wait is about 24 days; once a day is soon enough for what a server's file changes. */
const LONGEST_MS = 86_400_000;

interface Hours {
  readonly open: number;
  readonly close: number;
  /** Midnight on the exchange's clock before it opens, or when it opens where that is before. */
  readonly day: number;
}

/** When each exchange is open, as far as its calendar is known. Without one it counts as always open. */
export class OpeningHours {
  /** Where each exchange with a calendar stands: IANA names. */
  readonly zones = signal<ReadonlyMap<string, string>>(new Map());
  #hours: ReadonlyMap<string, readonly Hours[]> = new Map();
  #from = Number.NEGATIVE_INFINITY;
  #until = 0;
  #loading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was asked of the last moment: a board asks it of every stock. */
  #asked = { now: Number.NaN, closed: new Map<string, boolean>() };

  /** Asks now, and again whenever a session begins or ends. */
  start(): void {
    void this.#load();
  }

  /** The page shows another time: asks again where that is too near the end of what is known. */
  look(): void {
    const now = nowMs();
    const isFar = now < this.#from + NEAR_MS || now > this.#until - NEAR_MS;
    if (isFar && this.#until > 0) void this.#load();
  }

  /** Takes what the API says of the time from `from` to `until`, epoch ms. */
  take(exchanges: readonly ExchangeSessions[], until: number, from = Number.NEGATIVE_INFINITY): void {
    const known = exchanges.filter(({ calendar }) => calendar !== null);
    this.#from = from;
    this.#until = until;
    this.zones.value = new Map(known.map(({ exchange_name, timezone }) => [exchange_name, timezone]));
    this.#hours = new Map(
      known.map(({ exchange_name, timezone, sessions }) => [
        exchange_name,
        sessions.map(({ day, open_time, close_time }) => {
          const open = millisOf(open_time);
          return { open, close: millisOf(close_time), day: Math.min(open, midnight(timezone, day)) };
        }),
      ]),
    );
    this.#asked = { now: Number.NaN, closed: new Map() };
  }

  /** When the day of trading began that an exchange is in: that of its last opening. Undefined: it has no calendar. */
  dayStart(exchange: string, now: number): number | undefined {
    if (now < this.#from) return undefined;
    return this.#hours.get(exchange)?.findLast(({ open }) => open <= now)?.day;
  }

  /** True when an exchange is known to be closed at a moment, epoch ms. */
  isClosed(exchange: string, now: number): boolean {
    if (now >= this.#until || now < this.#from) return false;
    if (this.#asked.now !== now) this.#asked = { now, closed: new Map() };
    let closed = this.#asked.closed.get(exchange);
    if (closed === undefined) {
      const hours = this.#hours.get(exchange);
      closed = hours !== undefined && !hours.some(({ open, close }) => open <= now && now < close);
      this.#asked.closed.set(exchange, closed);
    }
    return closed;
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
    if (this.#loading) return;
    this.#loading = true;
    clearTimeout(this.#timer);
    const now = nowMs();
    let delay = AGAIN_MS;
    try {
      const [from, until] = [now - BEHIND_MS, now + AHEAD_MS];
      const { body } = await getJson<readonly ExchangeSessions[]>('/api/sessions', {
        start_time: from,
        end_time: until,
      });
      this.take(body, until, from);
      delay = Math.min(LONGEST_MS, Math.max(1000, (this.nextChange(nowMs()) ?? now + LONGEST_MS) - nowMs()));
    } catch {
      // Until it is known, no exchange counts as closed.
    }
    this.#loading = false;
    this.#timer = setTimeout(() => void this.#load(), delay);
  }
}

function midnight(zone: string, date: string): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  return fromWallClock(zone, { year, month, day, hour: 0, minute: 0, second: 0 });
}

function millisOf(time: string): number {
  return (parseTime(time) ?? 0) / 1000;
}
