import { type Signal, signal } from '@preact/signals';
import type { AlertFiring, AlertRule } from '@tickwatch/core';
import { firingsPart } from '../firings/firings-part.ts';
import type { Part } from '../system/part.ts';
import { type AlertPage, readFirings, readRules } from './alert-api.ts';

const EVERY_MS = 5000;
/** What fires together is asked for once. */
const SOON_MS = 300;
/** As many as one answer holds. */
export const MOST = 1000;
const NONE = { value: undefined, failure: undefined };

/** What is shown: of all stocks or of one; what one rule fired, or all; rules whose names hold something, or all. */
interface Only {
  readonly stock: string | undefined;
  readonly rule: string | undefined;
  readonly name: string | undefined;
}

/** Asks for the rules and what they fired, when something fires and every few seconds, while somebody looks. */
export class AlertsSource {
  readonly rules = signal<Part<AlertPage<AlertRule>>>(NONE);
  readonly firings = signal<Part<AlertPage<AlertFiring>>>(NONE);
  /** How many of each are shown. */
  readonly rulesShown: Signal<number> = signal(100);
  readonly firingsShown: Signal<number> = signal(50);
  readonly #only: Only;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort = new AbortController();
  #ended = false;
  #isAsking = false;
  /** Something fired that the answer on its way may not hold. */
  #isBehind = false;

  constructor(only: Only) {
    this.#only = only;
  }

  /** @returns ends it */
  start(): () => void {
    const seen = (): void => {
      if (!document.hidden) this.look();
    };
    document.addEventListener('visibilitychange', seen);
    let leave = (): void => {};
    void firingsPart.load().then(({ firings }) => {
      if (!this.#ended) leave = firings.listen(() => this.#hear());
    });
    this.look();
    return () => {
      this.#ended = true;
      leave();
      document.removeEventListener('visibilitychange', seen);
      clearTimeout(this.#timer);
      this.#abort.abort();
    };
  }

  /** Asks now: something was changed here, or has fired. */
  look(): void {
    if (!this.#ended) void this.#ask();
  }

  showMore(what: 'rules' | 'firings'): void {
    const shown = what === 'rules' ? this.rulesShown : this.firingsShown;
    shown.value = Math.min(MOST, shown.peek() * 4);
    this.look();
  }

  #hear(): void {
    this.#isBehind = true;
    if (!this.#isAsking) this.#askAfter(SOON_MS);
  }

  #askAfter(millis: number): void {
    clearTimeout(this.#timer);
    // A page that nobody sees asks nothing.
    if (!document.hidden) this.#timer = setTimeout(() => void this.#ask(), millis);
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isAsking = true;
    this.#isBehind = false;
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const { stock, rule, name } = this.#only;
    const [rules, firings] = await Promise.all([
      answerOf(readRules({ stock, name, limit: this.rulesShown.peek() }, abort.signal), this.rules.peek()),
      answerOf(readFirings({ stock, rule, limit: this.firingsShown.peek() }, abort.signal), this.firings.peek()),
    ]);
    if (abort.signal.aborted) return;
    this.rules.value = rules;
    this.firings.value = firings;
    this.#isAsking = false;
    this.#askAfter(this.#isBehind ? SOON_MS : EVERY_MS);
  }
}

/** Where it fails, what was known before stays. */
async function answerOf<T>(asked: Promise<T>, before: Part<T>): Promise<Part<T>> {
  try {
    return { value: await asked, failure: undefined };
  } catch (error) {
    return { value: before.value, failure: (error as Error).message };
  }
}
