import type { Market } from './board/market.ts';
import type { LiveFeed } from './live/live-feed.ts';
import { playedMicros } from './moment/moment.ts';
import type { ChartController } from './stock/chart-controller.ts';

/** The charts that are on the page, for {@link inspector}. */
const shown = new Map<ChartController, Element>();

/** A chart has come onto the page. @returns ends it */
export function showChart(chart: ChartController, place: Element): () => void {
  shown.set(chart, place);
  return () => shown.delete(chart);
}

/** In the order of the page. */
function charts(): readonly ChartController[] {
  const following = ([, a]: [unknown, Element], [, b]: [unknown, Element]): number =>
    a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  return [...shown].toSorted(following).map(([chart]) => chart);
}

function firstChart(): ChartController | undefined {
  return charts()[0];
}

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
    /** The moment that is shown, epoch µs; null: the page is live. */
    moment: () => playedMicros() ?? null,
    stocks: () =>
      [...market.rows.values()].map(({ stock, exchange, price, time }) => ({ stock, exchange, price, time })),
    /** How many stocks the board has. */
    size: () => market.rows.size,
    series: (): InspectedSeries | undefined => seriesOf(firstChart()),
    /** What is drawn, as the chart library tells: time, open, high, low, close (a line has only a close). */
    drawn: () => firstChart()?.surface?.drawn() ?? [],
    /** What is drawn behind the bars: which kind, its label, from when to when, from which pixel to which, what is written. */
    bands: () =>
      (firstChart()?.bands() ?? []).map(({ kind, labels, from, to, left, right, written }) => ({
        ...{ kind, label: labels[0], from, to, left, right, written },
      })),
    /** What lies over the bars: compared stocks, studies, what is measured. */
    overlays: () => firstChart()?.overlays.inspect() ?? {},
    /** What the axes show: texts and times (epoch seconds) of the marks with their pixels, and the prices at the edges. */
    axis: () => firstChart()?.surface?.axes(),
    /** The prices at which lines of averages are drawn. */
    averages: () => firstChart()?.surface?.averages() ?? [],
    visible: () => firstChart()?.visibleRange(),
    /** All charts of the page; the others tell of the first one. */
    charts: () =>
      charts().map((chart) => ({
        ...{ stock: chart.name.stock, series: seriesOf(chart), visible: chart.visibleRange() },
        legend: legendOf(chart),
      })),
  });
}

function seriesOf(chart: ChartController | undefined): InspectedSeries | undefined {
  if (chart === undefined) return undefined;
  const { window, state } = chart.model;
  const { interval, start, end, bars } = window;
  return {
    interval,
    start,
    end: Number.isFinite(end) ? end : null,
    ready: state.peek().state === 'ready',
    bars: bars.map((bar) => [bar.time, bar.open, bar.high, bar.low, bar.close, bar.count]),
  };
}

/** When the bar begins that a chart's legend describes, and whether the crosshair is on it. */
function legendOf(chart: ChartController) {
  const legend = chart.legend.peek();
  return legend && { time: legend.bar.time, hovered: legend.hovered };
}
