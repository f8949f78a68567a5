import { goToMoment, moment } from './moment.ts';

/** While a hand drags, the page follows so often: browsers allow so many addresses in a while, and servers so many boards. */
const EVERY_MS = 200;

/** Leads the page after a moment that is dragged: at once, then at intervals, the newest in the end. It pauses meanwhile. */
export class DragSeek {
  #wanted: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wasPlaying = false;

  begin(): void {
    this.#wasPlaying = moment.peek()?.playing === true;
  }

  /** @param at epoch µs */
  move(at: number): void {
    this.#wanted = at;
    if (this.#timer === undefined) this.#go();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const at = this.#wanted ?? moment.peek()?.at;
    this.#wanted = undefined;
    if (at !== undefined) goToMoment(at, { playing: this.#wasPlaying, speed: speedNow() });
  }

  /** The page has gone elsewhere meanwhile. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted = undefined;
  }

  #go(): void {
    this.#timer = undefined;
    if (this.#wanted === undefined) return;
    goToMoment(this.#wanted, { playing: false, speed: speedNow() });
    this.#wanted = undefined;
    this.#timer = setTimeout(() => this.#go(), EVERY_MS);
  }
}

function speedNow(): number {
  return moment.peek()?.speed ?? 1;
}
