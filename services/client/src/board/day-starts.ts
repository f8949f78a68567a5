import { dayStart } from '../format/zone.ts';
import type { OpeningHours } from './opening-hours.ts';

interface DayStart {
  /** Epoch µs. */
  readonly micros: number;
  /** Whether it is that of a day of trading. */
  readonly byCalendar: boolean;
}

/** When the day began that each exchange is in: its day of trading where it has a calendar, else that of the chosen zone. */
export class DayStarts {
  readonly #hours: OpeningHours;
  readonly #starts = new Map<string, DayStart>();
  #now = 0;
  #zoneMicros = 0;

  constructor(hours: OpeningHours) {
    this.#hours = hours;
  }

  /** Epoch µs. */
  of(exchange: string): number {
    let start = this.#starts.get(exchange);
    if (start === undefined) {
      start = this.#startOf(exchange);
      this.#starts.set(exchange, start);
    }
    return start.micros;
  }

  /**
   * Goes on to a moment, epoch ms.
   * @returns whether an exchange with a calendar has begun a day, or its calendar has come to be known: of what was traded
   * before, only the API knows which day it is of. Any other day begins with a stock's first price.
   */
  advance(zone: string, now: number): boolean {
    this.#now = now;
    this.#zoneMicros = dayStart(zone, now) * 1000;
    let begun = false;
    for (const [exchange, before] of this.#starts) {
      const start = this.#startOf(exchange);
      this.#starts.set(exchange, start);
      if (start.byCalendar && start.micros !== before.micros) begun = true;
    }
    return begun;
  }

  #startOf(exchange: string): DayStart {
    const start = this.#hours.dayStart(exchange, this.#now);
    return start === undefined
      ? { micros: this.#zoneMicros, byCalendar: false }
      : { micros: start * 1000, byCalendar: true };
  }
}
