import type { FeedEvent } from '@tickwatch/feed';
import type { Logger } from '@tickwatch/runtime';
import type { GeneratorTotals } from './generator-metrics.ts';

/** What happens in a generator, told to the log. */
export class GeneratorEvents {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  started(stocks: number, pace: string): void {
    this.#log.info({ event: 'generator_started', stocks, pace }, `prices of ${stocks} stocks, ${pace}`);
  }

  /** An exchange whose sessions are kept opens or closes, or is closed at the start. */
  session(exchange: string, isOpen: boolean): void {
    const state = isOpen ? 'open' : 'closed';
    this.#log.info(
      { event: `exchange_${state}`, exchange },
      `${exchange} is ${state}${isOpen ? '' : ': its prices stand still'}`,
    );
  }

  sink(event: FeedEvent): void {
    const { type, ...fields } = event;
    const level = type === 'feed_connected' ? 'info' : 'warn';
    this.#log[level]({ event: type, ...fields }, type.replaceAll('_', ' '));
  }

  /** Every few seconds: what became of the messages since the last time; the second line is a measurement. */
  report(now: GeneratorTotals, before: GeneratorTotals): void {
    const published = now.published - before.published;
    const unheard = now.unheard - before.unheard;
    const failed = now.failed - before.failed;
    const level = unheard + failed > 0 ? 'warn' : 'info';
    this.#log[level](
      { event: 'published', metric: 'published_ticks', value: published, unit: 'ticks', unheard, failed },
      `published ${published} ticks; ${unheard} reached no one, ${failed} could not be sent`,
    );
    this.#log.info(
      { event: 'published', metric: 'published_unheard', value: unheard, unit: 'ticks', total: now.unheard },
      `${now.unheard} published ticks reached no one so far`,
    );
  }
}
