import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { ZoneChoice } from '../format/zone.ts';
import { showChart } from '../inspect.ts';
import { moment } from '../moment/moment.ts';
import { closedHours, colors } from '../settings.ts';
import { Loadable } from '../ui/load-module.ts';
import { useQuiet } from '../ui/quiet.ts';
import { useLoaded } from '../ui/use-loaded.ts';
import type { ChartController } from './chart-controller.ts';
import { ChartLegend } from './chart-legend.tsx';
import { ChartFailed, ChartState } from './chart-state.tsx';
import { OverlayRows } from './overlay-rows.tsx';

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
  readonly label: string;
}

const extras = new Loadable(() => import('./chart-extras.tsx'));

/** A chart with its legend, its coverage, and what it says while there is nothing to draw. */
export function ChartPanel({ controller, zone, label }: Props) {
  const container = useRef<HTMLDivElement>(null);
  const help = useId();
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
    requestAnimationFrame(() => controller.surface?.recolor());
  });
  useSignalEffect(() => {
    closedHours.value;
    controller.arrange();
  });
  const { state } = controller.model.state.value;
  // A legend changes with every tick; whether there is one does not.
  const hasBars = useComputed(() => controller.legend.value !== undefined).value;
  // The picture comes first; who reaches for the chart wants what is beside it at once.
  const isReached = useSignal(false);
  const isQuiet = useQuiet(hasBars);
  const more = useLoaded(extras, isQuiet || isReached.value);
  const reach = (): void => {
    isReached.value = true;
  };
  const reachable = {
    // Keys go to the chart itself, not to who reads the page aloud.
    ...({ role: 'application', 'aria-roledescription': 'chart', tabIndex: 0 } as const),
    ...{ 'aria-label': label, 'aria-describedby': help },
  };
  return (
    <section
      class={`chart-panel ${controller.model.changing.value ? 'changing' : ''}`}
      aria-label={label}
      aria-busy={state === 'loading' || controller.model.changing.value}
      onFocusIn={reach}
      onPointerEnter={reach}
    >
      <div class="chart-top">
        <ChartLegend controller={controller} zone={zone} />
        <OverlayRows overlays={controller.overlays} faults={controller.choices.faults} />
        {more !== undefined && <more.BesideNotes controller={controller} zone={zone} />}
        <ChartFailed controller={controller} hasBars={hasBars} />
        <a class="attribution" href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">
          Charts by TradingView
        </a>
      </div>
      <div class="chart" ref={container} {...reachable} />
      <p class="unseen" id={help}>
        Arrow keys left and right go from bar to bar and say its figures, with Shift ten at a time; up and down zoom;
        Enter says why ticks are missing; Escape takes the crosshair away; the question mark tells all keys.
      </p>
      {more !== undefined && (
        <more.ChartExtras {...{ controller, zone, chart: container, isReached: isReached.value }} key={controller} />
      )}
      <ChartState controller={controller} hasBars={hasBars} />
      {!controller.following.value && !controller.isPast && hasBars && (
        <button type="button" class="button to-now" onClick={() => controller.goLive()}>
          {moment.value === undefined ? 'Back to live' : 'To the moment shown'} →
        </button>
      )}
    </section>
  );
}
