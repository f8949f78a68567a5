import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type AlertFiring, parseTime } from '@tickwatch/core';

/** Firings that the page remembers: of more, nobody reads through the list, and none comes again so late. */
const MOST_KNOWN = 500;

/** When it was written, epoch µs: what is seen is told by it. */
export function recordedAt({ recorded }: Pick<AlertFiring, 'recorded'>): number {
  return parseTime(recorded) ?? 0;
}

/**
 * What fired, each once however often it is told: a channel that comes back, and a server that is not sure, tell again.
 * And which of it nobody has looked at yet.
 */
export class FiringLog {
  readonly #known = signal<readonly AlertFiring[]>([]);
  readonly #seen = signal<ReadonlySet<string>>(new Set());
  readonly #seenUntil: Signal<number>;
  /** Newest first. */
  readonly known: ReadonlySignal<readonly AlertFiring[]> = this.#known;
  readonly unseen: ReadonlySignal<readonly AlertFiring[]>;

  /** @param seenUntil all that was written up to there has been seen, epoch µs; shared by all tabs */
  constructor(seenUntil: Signal<number>) {
    this.#seenUntil = seenUntil;
    this.unseen = computed(() =>
      this.#known.value.filter(
        (firing) => recordedAt(firing) > this.#seenUntil.value && !this.#seen.value.has(firing.id),
      ),
    );
  }

  /** @returns those that were not known, in the order in which they were given */
  take(firings: readonly AlertFiring[]): readonly AlertFiring[] {
    const known = new Set(this.#known.peek().map(({ id }) => id));
    const fresh = firings.filter(({ id }) => !known.has(id) && known.add(id));
    if (fresh.length === 0) return fresh;
    this.#known.value = [...fresh, ...this.#known.peek()]
      .toSorted((a, b) => recordedAt(b) - recordedAt(a))
      .slice(0, MOST_KNOWN);
    return fresh;
  }

  /** Somebody has looked at one, or at all. */
  see(id?: string): void {
    if (id !== undefined) {
      this.#seen.value = new Set([...this.#seen.peek(), id]);
      return;
    }
    const newest = this.#known.peek()[0];
    if (newest !== undefined) this.#seenUntil.value = Math.max(this.#seenUntil.peek(), recordedAt(newest));
  }
}
