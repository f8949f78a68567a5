import type { Market } from './board/market.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { ChartController } from './stock/chart-controller.ts';

/** The chart that is on the page, for {@link inspector}. */
export const shown: { chart: ChartController | undefined } = { chart: undefined };

/** Times in epoch seconds; a bar is time, open, high, low, close, count. */
export interface InspectedSeries {
  readonly interval: string;
  readonly start: number;
  /** null: it goes on live. */
  readonly end: number | null;
  readonly ready: boolean;
  readonly bars: readonly (readonly number[])[];
}

/** What the page holds, to be read in the console and by tests as `window.tickwatch`. Nothing can be changed by it. */
export function inspector(live: LiveFeed, market: Market) {
  return Object.freeze({
    live: () => ({ state: live.state.peek().state, received: live.received }),
    stocks: () =>
      [...market.rows.values()].map(({ stock, exchange, price, time }) => ({ stock, exchange, price, time })),
    series: (): InspectedSeries | undefined => {
      const model = shown.chart?.model;
      if (model === undefined) return undefined;
      const { interval, start, end, bars } = model.window;
      return {
        interval,
        start,
        end: Number.isFinite(end) ? end : null,
        ready: model.state.peek().state === 'ready',
        bars: bars.map((bar) => [bar.time, bar.open, bar.high, bar.low, bar.close, bar.count]),
      };
    },
    /** What is drawn, as the chart library tells: time, open, high, low, close (a line has only a close). */
    drawn: () => shown.chart?.drawn() ?? [],
    /** What is drawn behind the bars: which kind, its label, from when to when, from which pixel to which, what is written. */
    bands: () =>
      (shown.chart?.bands() ?? []).map(({ kind, labels, from, to, left, right, written }) => ({
        ...{ kind, label: labels[0], from, to, left, right, written },
      })),
    /** The prices at which lines of averages are drawn. */
    averages: () => shown.chart?.drawnAverages() ?? [],
    visible: () => shown.chart?.visibleRange(),
  });
}
