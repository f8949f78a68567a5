import { momentsAsked } from '../api/http.ts';
import { goToMoment, moment } from './moment.ts';

/** While a hand drags or holds a key, the page follows so often: browsers allow so many addresses in a while, and servers so many boards. */
const EVERY_MS = 200;
/** What is asked for is to be seen on the way, and asked for no faster than it is answered; but nobody waits longer for it. */
const LONGEST_MS = 1000;
const LOOK_MS = 25;

/** Leads the page after a moment that moves: at once, then at intervals, the newest in the end. */
export class DragSeek {
  #wanted: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dragging = false;
  #wasPlaying = false;
  #led = Number.NEGATIVE_INFINITY;

  /** Where the page will be, epoch µs; undefined: it is there. */
  get wanted(): number | undefined {
    return this.#wanted;
  }

  /** A hand holds it: nothing plays until it lets go. */
  begin(): void {
    this.#dragging = true;
    this.#wasPlaying = moment.peek()?.playing === true;
  }

  /** @param at epoch µs */
  move(at: number): void {
    this.#wanted = at;
    if (this.#timer === undefined) this.#go();
  }

  end(): void {
    const at = this.#wanted ?? moment.peek()?.at;
    const playing = this.#wasPlaying;
    this.cancel();
    if (at !== undefined) lead(at, playing);
  }

  /** The page goes elsewhere. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted = undefined;
    this.#dragging = false;
  }

  #go(): void {
    this.#timer = undefined;
    if (this.#wanted === undefined) return;
    if (momentsAsked() > 0 && performance.now() - this.#led < LONGEST_MS) {
      this.#timer = setTimeout(() => this.#go(), LOOK_MS);
      return;
    }
    this.#led = performance.now();
    lead(this.#wanted, !this.#dragging && moment.peek()?.playing === true);
    this.#wanted = undefined;
    this.#timer = setTimeout(() => this.#go(), EVERY_MS);
  }
}

function lead(at: number, playing: boolean): void {
  goToMoment(at, { playing, speed: moment.peek()?.speed ?? 1 });
}
