import { signal } from '@preact/signals';
import { nowMs } from '../../clock.ts';
import { zoneName } from '../../format/zone.ts';
import { findTick } from '../candle-source.ts';
import type { CandleWindow } from '../candle-window.ts';
import { ChartModel, type ChartRange, WINDOW_SLOTS } from '../chart-model.ts';
import { type ChartInterval, INTERVAL_SECONDS } from '../interval.ts';
import type { OverlaidChart } from '../overlay.ts';

/** More candles than this are not loaded for one line; a chart shows a tenth of them. */
const MOST_CANDLES = 20_000;

/** A stock that is compared: its candles follow what the chart shows of its own stock, and go on live with it. */
export class ComparedStock {
  readonly stock: string;
  readonly model: ChartModel;
  /** What keeps the stock from being shown; undefined: nothing does. */
  readonly fault = signal<string | undefined>(undefined);
  readonly #abort = new AbortController();
  #target: (ChartRange & { readonly interval: ChartInterval }) | undefined;
  #asked = false;

  constructor(stock: string, chart: OverlaidChart, changed: () => void) {
    this.stock = stock;
    this.model = new ChartModel({
      name: { stock, exchange: undefined },
      live: chart.live,
      interval: chart.model.window.interval,
      zone: zoneName(chart.zone),
      newest: 0,
      onMoment: () => {
        this.#target = undefined;
        this.#asked = false;
        this.fault.value = undefined;
        changed();
      },
      onChange: () => {
        void this.#look();
        changed();
      },
    });
  }

  /** Loads what the visible range needs, and as much again on both sides where there is room for it. */
  follow(visible: ChartRange, { interval, live, start }: CandleWindow): void {
    const now = nowMs() / 1000;
    const span = Math.max((Number.isFinite(visible.to) ? visible.to : now) - visible.from, INTERVAL_SECONDS[interval]);
    if (span / INTERVAL_SECONDS[interval] > MOST_CANDLES) {
      this.fault.value = 'too much time is in view for such narrow candles: choose wider ones';
      return;
    }
    if (this.fault.peek()?.startsWith('too much')) this.fault.value = undefined;
    const target = this.#target;
    // Of what is before the chart's own first candle nothing is shown.
    const from = Math.max(visible.from, start);
    if (target?.interval === interval && target.from <= from && target.to >= visible.to) return;
    // No more than a model keeps: it would let the oldest go, which all the others are measured by.
    const margin = Math.max(0, Math.min(span, ((WINDOW_SLOTS - 2) * INTERVAL_SECONDS[interval] - span) / 2));
    const to = live && visible.to + margin >= now ? Number.POSITIVE_INFINITY : visible.to + margin;
    this.#target = { from: from - margin, to, interval };
    void this.model.show(this.#target, interval);
  }

  dispose(): void {
    this.#abort.abort();
    this.model.dispose();
  }

  /** Without a candle in view, is there such a stock at all? */
  async #look(): Promise<void> {
    if (this.model.window.bars.length > 0) {
      if (this.fault.peek()?.startsWith('no stock')) this.fault.value = undefined;
      return;
    }
    if (this.#asked) return;
    this.#asked = true;
    try {
      const tick = await findTick(
        { stock: this.stock, exchange: undefined },
        'before',
        nowMs() / 1000 + 1,
        this.#abort.signal,
      );
      if (tick === undefined) this.fault.value = 'no stock of this name has a tick';
    } catch {
      this.#asked = false;
    }
  }
}
