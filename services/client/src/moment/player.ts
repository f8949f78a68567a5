import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { realNowMs } from '../clock.ts';
import { countPlayed, goLive, leaps, moment, playedClock } from './moment.ts';
import { rememberMoment } from './moment-address.ts';
import type { PageFeed } from './page-feed.ts';
import { PlayedFeed } from './played-feed.ts';

/** How often the address follows what is played. */
const REMEMBER_MS = 2000;

/** Plays what the page shows while it is to be played. */
export class Player {
  readonly #feed = signal<PlayedFeed | undefined>(undefined);
  /** What plays; undefined: nothing has been played since the page went to its moment. */
  readonly feed: ReadonlySignal<PlayedFeed | undefined> = this.#feed;
  readonly #page: PageFeed;

  constructor(page: PageFeed) {
    this.#page = page;
  }

  /** @returns ends it */
  start(): () => void {
    let leapt = leaps.peek();
    const endEffect = effect(() => {
      const playing = moment.value?.playing === true;
      if (leaps.value !== leapt) this.#end();
      leapt = leaps.value;
      if (playing && this.#feed.peek() === undefined) untracked(() => this.#begin());
    });
    const timer = setInterval(() => {
      if (moment.peek()?.playing === true) rememberMoment();
    }, REMEMBER_MS);
    return () => {
      endEffect();
      clearInterval(timer);
      this.#end();
    };
  }

  #begin(): void {
    const clock = playedClock();
    if (clock === undefined) return;
    const feed = new PlayedFeed({
      clock,
      speed: () => moment.peek()?.speed ?? 1,
      now: () => realNowMs() * 1000,
      show: (lane, ticks) => this.#page.play(lane, ticks),
      onPresent: goLive,
    });
    this.#feed.value = feed;
    this.#page.playFrom(() => feed.recent());
    countPlayed(feed);
  }

  #end(): void {
    this.#feed.peek()?.dispose();
    this.#feed.value = undefined;
  }
}
