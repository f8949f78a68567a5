import { signal } from '@preact/signals';
import type { Coverage, Gap } from '@tickwatch/core';
import { getJson } from '../api/http.ts';
import { realNowMs } from '../clock.ts';
import { type CoverageDay, coverageText } from './coverage-text.ts';
import { type Part, part } from './part.ts';

/** As many days as are seen at a glance. */
const DAYS = 90;
const COVERAGE_EVERY_MS = 60_000;
const OPEN_EVERY_MS = 4000;
const LISTED = 20;
/** A pointer that passes over days asks nothing. */
const REST_MS = 200;
const NONE = { value: undefined, failure: undefined };

/** One day of one exchange. */
export interface DayPlace {
  readonly exchange: string;
  readonly day: CoverageDay;
}

/** The holes of a day; undefined while they are asked for. */
export interface DayHoles {
  readonly place: DayPlace;
  readonly gaps: readonly Gap[] | undefined;
  readonly failure: string | undefined;
}

/** What is known of each exchange's days, and the holes that are open now, for as long as somebody looks. */
export class CoverageSource {
  readonly coverage = signal<Part<Coverage>>(NONE);
  /** Not ended yet. */
  readonly open = signal<readonly Gap[]>([]);
  readonly holes = signal<DayHoles | undefined>(undefined);
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #abort = new AbortController();
  #looked = new AbortController();
  #resting: ReturnType<typeof setTimeout> | undefined;

  /** @returns ends it */
  start(): () => void {
    this.#abort = new AbortController();
    void this.#repeat(() => this.#askOpen(), OPEN_EVERY_MS);
    void this.#repeat(() => this.#askCoverage(), COVERAGE_EVERY_MS);
    return () => {
      for (const timer of this.#timers) clearTimeout(timer);
      clearTimeout(this.#resting);
      this.#abort.abort();
      this.#looked.abort();
    };
  }

  /** Asks for the holes of a day once it has been looked at for a moment. */
  look(place: DayPlace): void {
    if (this.holes.peek()?.place.day === place.day) return;
    clearTimeout(this.#resting);
    this.#looked.abort();
    this.holes.value = { place, gaps: place.day.holes === 0 ? [] : undefined, failure: undefined };
    if (place.day.holes > 0) this.#resting = setTimeout(() => void this.#askHoles(place), REST_MS);
  }

  async #repeat(ask: () => Promise<void>, everyMs: number): Promise<void> {
    const { signal } = this.#abort;
    if (!document.hidden || this.coverage.peek().value === undefined) await ask();
    if (signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#repeat(ask, everyMs);
    }, everyMs);
    this.#timers.add(timer);
  }

  async #askCoverage(): Promise<void> {
    const { signal } = this.#abort;
    const coverage = await part<Coverage>('/api/coverage', { days: DAYS }, signal, this.coverage.peek());
    if (signal.aborted) return;
    this.coverage.value = coverage;
    const looked = this.holes.peek()?.place;
    const days = coverage.value?.find(({ exchange_name }) => exchange_name === looked?.exchange)?.days;
    const day = days?.find((candidate) => candidate.day === looked?.day.day);
    // What is looked at may have changed since.
    if (looked !== undefined && day !== undefined && coverageText(day) !== coverageText(looked.day)) {
      this.look({ exchange: looked.exchange, day });
    }
  }

  async #askOpen(): Promise<void> {
    const { signal } = this.#abort;
    const { value } = await part<readonly Gap[]>(
      '/api/gaps',
      { start_time: new Date(realNowMs()).toISOString() },
      signal,
      NONE,
    );
    if (signal.aborted || value === undefined) return;
    const open = value.filter(({ to_time }) => to_time === null);
    const ended = open.length !== this.open.peek().length;
    this.open.value = open;
    // Its day looks different now.
    if (ended && this.coverage.peek().value !== undefined) await this.#askCoverage();
  }

  async #askHoles(place: DayPlace): Promise<void> {
    const looked = new AbortController();
    this.#looked = looked;
    const { from_time, to_time } = place.day;
    try {
      const { body } = await getJson<readonly Gap[]>(
        '/api/gaps',
        { exchange: place.exchange, start_time: from_time, end_time: to_time, limit: LISTED },
        looked.signal,
        'now',
      );
      if (!looked.signal.aborted) this.holes.value = { place, gaps: body, failure: undefined };
    } catch (error) {
      if (!looked.signal.aborted) this.holes.value = { place, gaps: [], failure: (error as Error).message };
    }
  }
}
