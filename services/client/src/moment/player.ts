import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { realNowMs } from '../clock.ts';
import { countPlayed, goLive, leaps, type Moment, moment, showTimeOf } from './moment.ts';
import { rememberMoment } from './moment-address.ts';
import type { PageFeed } from './page-feed.ts';
import { PlayedClock } from './played-clock.ts';
import { PlayedFeed } from './played-feed.ts';

/** How often the address follows what is played. */
const REMEMBER_MS = 2000;

/** Nobody waits for longer without being asked, in seconds of whoever watches. */
const QUIET_SECONDS = 10;

/** Plays what the page shows while it is to be played. */
export class Player {
  readonly #feed = signal<PlayedFeed | undefined>(undefined);
  /** What plays; undefined: nothing has been played since the page went to its moment. */
  readonly feed: ReadonlySignal<PlayedFeed | undefined> = this.#feed;
  readonly #page: PageFeed;
  #clock: PlayedClock | undefined;
  /** What nobody sees holds still, and asks for nothing. */
  readonly #hidden = signal(document.hidden);

  constructor(page: PageFeed) {
    this.#page = page;
  }

  /** @returns ends it */
  start(): () => void {
    let leapt = leaps.peek();
    const endEffect = effect(() => {
      const shown = moment.value;
      const isSeen = !this.#hidden.value;
      if (leaps.value !== leapt) this.#end();
      leapt = leaps.value;
      if (shown === undefined) return;
      if (this.#clock !== undefined) {
        this.#clock.run(shown.playing && isSeen, shown.speed);
        // Where it stands now is where a reload begins.
        if (!shown.playing) untracked(rememberMoment);
      } else if (shown.playing) untracked(() => this.#begin(shown));
    });
    const look = (): void => {
      this.#hidden.value = document.hidden;
    };
    document.addEventListener('visibilitychange', look);
    const timer = setInterval(() => {
      if (moment.peek()?.playing === true) rememberMoment();
    }, REMEMBER_MS);
    return () => {
      endEffect();
      document.removeEventListener('visibilitychange', look);
      clearInterval(timer);
      this.#end();
    };
  }

  /** True where it would go on and waits for what comes. */
  get waits(): boolean {
    return this.#clock?.waits === true;
  }

  /** Until when nothing comes in what is played, where that is a while to wait for, epoch µs; undefined: ticks come. */
  get quietUntil(): number | undefined {
    const shown = moment.peek();
    const [feed, clock] = [this.#feed.peek(), this.#clock];
    if (feed === undefined || clock === undefined || shown?.playing !== true) return undefined;
    const until = feed.quietUntil;
    return (until - clock.now()) / 1e6 / shown.speed > QUIET_SECONDS ? until : undefined;
  }

  /** Goes on shortly before the next tick. */
  skip(): void {
    const until = this.quietUntil;
    if (until === undefined) return;
    this.#clock?.skip(until - Math.max(1, moment.peek()?.speed ?? 1) * 1e6);
    rememberMoment();
  }

  #begin({ at, speed }: Moment): void {
    const clock = new PlayedClock(at, speed, () => performance.now());
    this.#clock = clock;
    clock.run(!this.#hidden.peek(), speed);
    showTimeOf(clock);
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
    this.#clock = undefined;
  }
}
