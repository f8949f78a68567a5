import { type ReadonlySignal, signal } from '@preact/signals';
import type { AlertFiring } from '@tickwatch/core';
import { noticeOf } from './firing-text.ts';

/** How long one is shown, while somebody can look at it. */
const SHOWN_MS = 12_000;
const STEP_MS = 500;
/** Beyond these the oldest go: a page that nobody sees for a night would hold all that fired. */
export const MOST_TOASTS = 100;
interface Toast {
  readonly firing: AlertFiring;
  readonly left: number;
}

/** What fired just now, shown for a while in a corner of the page. */
export class Toasts {
  readonly #toasts = signal<readonly Toast[]>([]);
  readonly #said = signal('');
  #timer: ReturnType<typeof setInterval> | undefined;
  /** A hand or the focus is on them. */
  isHeld = false;

  get shown(): ReadonlySignal<readonly Toast[]> {
    return this.#toasts;
  }

  /** What came last, for who listens to the page: what goes, or is closed, is no reason to say the others again. */
  get said(): ReadonlySignal<string> {
    return this.#said;
  }

  add(firings: readonly AlertFiring[]): void {
    const fresh = firings.map((firing) => ({ firing, left: SHOWN_MS })).toReversed();
    const { title, body } = noticeOf(firings);
    this.#said.value = firings.length === 1 ? body : `${title}: ${body.replaceAll('\n', '. ')}`;
    this.#set([...fresh, ...this.#toasts.peek()].slice(0, MOST_TOASTS));
  }

  close(id: string): void {
    this.#set(this.#toasts.peek().filter(({ firing }) => firing.id !== id));
  }

  clear(): void {
    this.#set([]);
  }

  #set(toasts: readonly Toast[]): void {
    this.#toasts.value = toasts;
    if (toasts.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.isHeld = false;
      this.#said.value = '';
    } else this.#timer ??= setInterval(() => this.#pass(), STEP_MS);
  }

  #pass(): void {
    if (this.isHeld || document.hidden) return;
    this.#set(
      this.#toasts
        .peek()
        .map(({ firing, left }) => ({ firing, left: left - STEP_MS }))
        .filter(({ left }) => left > 0),
    );
  }
}
