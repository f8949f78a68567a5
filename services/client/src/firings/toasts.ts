import { type ReadonlySignal, signal } from '@preact/signals';
import type { AlertFiring } from '@tickwatch/core';

/** How long one is shown, while somebody can look at it. */
const SHOWN_MS = 12_000;
const STEP_MS = 500;
interface Toast {
  readonly firing: AlertFiring;
  readonly left: number;
}

/** What fired just now, shown for a while in a corner of the page. */
export class Toasts {
  readonly #toasts = signal<readonly Toast[]>([]);
  #timer: ReturnType<typeof setInterval> | undefined;
  /** A hand or the focus is on them. */
  isHeld = false;

  get shown(): ReadonlySignal<readonly Toast[]> {
    return this.#toasts;
  }

  add(firings: readonly AlertFiring[]): void {
    this.#set([...firings.map((firing) => ({ firing, left: SHOWN_MS })).toReversed(), ...this.#toasts.peek()]);
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
