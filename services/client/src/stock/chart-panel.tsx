import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { countText, percentText, priceText, signedText } from '../format/number-text.ts';
import { clockText, dateText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import { showChart } from '../inspect.ts';
import { closedHours, colors } from '../settings.ts';
import { LoadNotice } from '../ui/load-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import type { ChartController } from './chart-controller.ts';
import { chartLibrary } from './chart-library.ts';
import { HoleNotes } from './hole-notes.tsx';
import { INTERVAL_SECONDS, isDaily } from './interval.ts';
import { OverlayRows } from './overlay-rows.tsx';

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
  readonly label: string;
}

/** A chart with its legend, its averages and what it says while there is nothing to draw. */
export function ChartPanel({ controller, zone, label }: Props) {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    const element = container.current;
    const hide = element === null ? undefined : showChart(controller, element);
    if (element !== null) void controller.attach(element, () => gone);
    return () => {
      gone = true;
      hide?.();
      controller.dispose();
    };
  }, [controller]);
  useSignalEffect(() => {
    colors.value;
    // The style sheet follows in the same frame; colours are read after it.
    requestAnimationFrame(() => controller.recolor());
  });
  useSignalEffect(() => {
    closedHours.value;
    controller.arrange();
  });
  const state = controller.model.state.value;
  const empty = state.state === 'ready' && controller.legend.value === undefined;
  return (
    <section class="chart-panel" aria-label={label}>
      <div class="chart-top">
        <Legend controller={controller} zone={zone} />
        <OverlayRows overlays={controller.overlays} faults={controller.choices.faults} />
        <HoleNotes controller={controller} zone={zone} />
      </div>
      <div class="chart" ref={container} role="img" aria-label={`${label}; values are in the legend and the figures`} />
      {state.state === 'loading' && <div class="chart-cover skeleton" role="status" aria-label="Loading the chart" />}
      {state.state === 'failed' && controller.model.window.bars.length === 0 && (
        <div class="chart-cover">
          <Notice kind="bad" title="The chart can’t be loaded">
            {state.message}. The page keeps trying by itself.
          </Notice>
        </div>
      )}
      {chartLibrary.trouble.value !== undefined && (
        <div class="chart-cover">
          <LoadNotice trouble={chartLibrary.trouble.value} what="The chart" />
        </div>
      )}
      {empty && (
        <div class="chart-cover">
          <Notice title="No ticks here">No tick of this stock lies in this range. New ones appear at once.</Notice>
        </div>
      )}
      {!controller.following.value && controller.model.window.bars.length > 0 && (
        <button type="button" class="button to-now" onClick={() => controller.goLive()}>
          Back to live →
        </button>
      )}
      <a class="attribution" href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">
        Charts by TradingView
      </a>
    </section>
  );
}

function Legend({ controller, zone }: { readonly controller: ChartController; readonly zone: ZoneChoice }) {
  const legend = controller.legend.value;
  const digits = controller.digits.value;
  if (legend === undefined) return <div class="legend" />;
  const { bar, hovered, incomplete } = legend;
  const micros = bar.time * 1e6;
  const change = bar.close - bar.open;
  const end = bar.time + INTERVAL_SECONDS[controller.interval.value];
  const outliers = controller.notes.outliers.value.filter(({ time }) => time >= bar.time && time < end);
  const daily = isDaily(controller.interval.value);
  return (
    <div class={`legend ${change > 0 ? 'gains' : change < 0 ? 'loses' : ''} ${hovered ? 'hovered' : ''}`}>
      <span class="when">
        {daily ? dateText(zone, micros) : `${dateText(zone, micros)} ${clockText(zone, micros)}`}
      </span>
      {(['open', 'high', 'low', 'close'] as const).map((name) => (
        <span key={name}>
          <abbr title={name}>{name.slice(0, 1).toUpperCase()}</abbr>
          <b>{priceText(bar[name], digits)}</b>
        </span>
      ))}
      <span class="delta">
        {signedText(change, digits)}
        {bar.open > 0 && ` (${percentText(change / bar.open)})`}
      </span>
      <span>
        <abbr title="ticks in this candle">Ticks</abbr>
        <b>{countText(bar.count)}</b>
      </span>
      <span>
        <abbr title="mean price of this candle">Avg</abbr>
        <b>{priceText(bar.sum / Math.max(1, bar.count), digits)}</b>
      </span>
      {outliers[0] !== undefined && (
        <span class="outlier" title="Far from the prices just before it; it counts like any other">
          ◇ {priceText(outliers[0].price, digits)} (median {priceText(outliers[0].median, digits)})
          {outliers.length > 1 && ` and ${outliers.length - 1} more`}
        </span>
      )}
      {incomplete && (
        <span class="incomplete" title="Ticks of this candle are, or may be, missing">
          ○ incomplete
        </span>
      )}
    </div>
  );
}
