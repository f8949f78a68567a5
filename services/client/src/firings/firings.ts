import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { ALERTS_CHANNEL, type AlertFiring, type AlertMessage } from '@tickwatch/core';
import { readFirings } from '../alerts/alert-api.ts';
import { realNowMs } from '../clock.ts';
import type { ChannelFeed } from '../live/channel-feed.ts';
import { moment } from '../moment/moment.ts';
import { place } from '../router.ts';
import { soundOut } from './alert-sound.ts';
import { notifyDesktop } from './desktop-notices.ts';
import { FiringLog, recordedAt } from './firing-log.ts';
import { Gathered } from './gathered.ts';
import { seenUntil } from './notice-settings.ts';
import { Toasts } from './toasts.ts';

/** As many as are asked for at once. */
export const MOST_ASKED = 100;
/** What was missed for longer is no news; it is in the list. */
const NEWS_MS = 10 * 60_000;
const AGAIN_MS = 15_000;
/** Where there is no live channel. */
const EVERY_MS = 30_000;

/** What fired, as it is told by the live channel, and by the API where the channel could not. */
class Firings {
  readonly log = new FiringLog(seenUntil);
  readonly toasts = new Toasts();
  readonly #listeners = new Set<(firings: readonly AlertFiring[]) => void>();
  readonly #told = new Gathered<AlertFiring>({ withinMs: 250, apartMs: 3000 }, (firings) => this.#tell(firings));
  readonly #failure = signal<string | undefined>('It was not asked for yet');
  /** Why it is not known what fired; undefined: it is. */
  readonly failure: ReadonlySignal<string | undefined> = this.#failure;
  #isFirst = true;
  /** There is no live channel to hear of it. */
  #isDeaf = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  start(channels: Pick<ChannelFeed, 'channel'>): void {
    // Whoever comes here for the first time has missed nothing.
    if (seenUntil.peek() === 0) seenUntil.value = realNowMs() * 1000;
    const subscription = channels.channel(ALERTS_CHANNEL);
    subscription.on('publication', ({ data }) => this.#hear((data as AlertMessage).firings));
    subscription.on('subscribed', ({ wasRecovering, recovered }) => {
      if (!(wasRecovering && recovered)) void this.#ask();
    });
    // The server has no such channel.
    subscription.on('unsubscribed', () => {
      this.#isDeaf = true;
      void this.#ask();
    });
    subscription.subscribe();
    // Who looks at the list sees them come.
    effect(() => {
      if (place.value.path === '/alerts' && this.log.unseen.value.length > 0 && !document.hidden) this.log.see();
    });
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && place.peek().path === '/alerts') this.log.see();
    });
  }

  /** Told of firings that were not known before. @returns ends it */
  listen(listener: (firings: readonly AlertFiring[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param isNews whether they are to be told of, beside being counted */
  #hear(firings: readonly AlertFiring[], isNews = true): void {
    const fresh = this.log.take(firings);
    if (fresh.length === 0) return;
    for (const listener of this.#listeners) listener(fresh);
    if (isNews) this.#told.add(fresh);
  }

  /** What fired while nobody listened: since the page was opened, or in a break, it is news; what was before is counted. */
  async #ask(): Promise<void> {
    try {
      const { rows } = await readFirings({ limit: MOST_ASKED });
      const since = realNowMs() - (this.#isFirst ? performance.now() : NEWS_MS);
      this.#hear(rows.filter((firing) => recordedAt(firing) > since * 1000).toReversed());
      this.#hear(rows, false);
      this.#isFirst = false;
      this.#failure.value = undefined;
    } catch (error) {
      this.#failure.value = (error as Error).message;
    }
    clearTimeout(this.#again);
    if (this.#failure.peek() !== undefined) this.#again = setTimeout(() => void this.#ask(), AGAIN_MS);
    else if (this.#isDeaf) this.#again = setTimeout(() => void this.#ask(), EVERY_MS);
  }

  #tell(firings: readonly AlertFiring[]): void {
    void notifyDesktop(firings);
    void soundOut(firings);
    // What the page shows of a moment of the past is of then; that something fires now is told beside it.
    if (moment.peek() === undefined) this.toasts.add(firings);
  }
}

export const firings = new Firings();
