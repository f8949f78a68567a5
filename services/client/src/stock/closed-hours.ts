import { type ExchangeSessions, parseTime } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import { nowMs } from '../clock.ts';
import { type TimeSpan, united, without } from './time-spans.ts';

const DAY_SECONDS = 86_400;

/** The API tells of 400 days at most in one answer, and more answers than these are not asked for at once. */
const MOST_SECONDS = 380 * DAY_SECONDS;
const MOST_ANSWERS = 12;
const LEAST_MARGIN = 7 * DAY_SECONDS;

const AGAIN_MS = 500;

/** When no exchange of a stock was open, in a span; none while one of them has no calendar. */
export function closedHours(exchanges: readonly ExchangeSessions[], span: TimeSpan): readonly TimeSpan[] {
  if (exchanges.length === 0 || exchanges.some(({ calendar }) => calendar === null)) return [];
  const open = exchanges.flatMap(({ sessions }) =>
    sessions.map(({ open_time, close_time }) => ({ from: secondsOf(open_time), to: secondsOf(close_time) })),
  );
  return without(span, united(open));
}

function secondsOf(time: string): number {
  return (parseTime(time) ?? 0) / 1e6;
}

/** Loads the closed hours around what is visible, again when that has moved out of what is loaded. */
export class ClosedHours {
  /** Ascending. */
  spans: readonly TimeSpan[] = [];
  readonly #exchanges: () => readonly string[];
  readonly #changed: () => void;
  readonly #abort = new AbortController();
  #loaded: TimeSpan = { from: 0, to: 0 };
  #loading = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** @param exchanges where the stock is traded, as far as it is known now */
  constructor(exchanges: () => readonly string[], changed: () => void) {
    this.#exchanges = exchanges;
    this.#changed = changed;
  }

  /** Shows a range; `to` Infinity: up to now. */
  look({ from: wanted, to }: TimeSpan): void {
    const end = Math.min(to, nowMs() / 1000);
    const earliest = end + DAY_SECONDS - MOST_ANSWERS * MOST_SECONDS;
    const from = Math.max(wanted, earliest);
    clearTimeout(this.#again);
    if (this.#loading || (from >= this.#loaded.from && end <= this.#loaded.to)) return;
    const exchanges = this.#exchanges();
    if (exchanges.length === 0) {
      // The board may not have told yet.
      this.#again = setTimeout(() => this.look({ from, to }), AGAIN_MS);
      return;
    }
    const margin = Math.max(LEAST_MARGIN, Math.min((end - from) * 2, MOST_SECONDS / 2));
    const first = Math.max(from - margin, earliest);
    void this.#load(exchanges, { from: Math.floor(first), to: Math.ceil(end + LEAST_MARGIN) });
  }

  dispose(): void {
    clearTimeout(this.#again);
    this.#abort.abort();
  }

  async #load(exchanges: readonly string[], span: TimeSpan): Promise<void> {
    this.#loading = true;
    try {
      const spans: TimeSpan[] = [];
      for (let from = span.from; from < span.to; from += MOST_SECONDS) {
        const part = { from, to: Math.min(span.to, from + MOST_SECONDS) };
        spans.push(...closedHours(await this.#ask(exchanges, part), part));
      }
      this.#loaded = span;
      this.spans = united(spans);
      // Whoever is told may look elsewhere by now.
      this.#loading = false;
      this.#changed();
    } catch {
      // Without sessions a chart just has no closed hours; the next move asks again.
    }
    this.#loading = false;
  }

  async #ask(exchanges: readonly string[], { from, to }: TimeSpan): Promise<readonly ExchangeSessions[]> {
    const { body } = await getJson<readonly ExchangeSessions[]>(
      '/api/sessions',
      {
        start_time: from * 1e6,
        end_time: to * 1e6,
        exchange: exchanges.length === 1 ? exchanges[0] : undefined,
      },
      this.#abort.signal,
    );
    return body.filter(({ exchange_name }) => exchanges.includes(exchange_name));
  }
}
