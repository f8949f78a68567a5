import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { priceText } from '../format/number-text.ts';
import { clockText, dateTimeText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import { replayFrom } from '../moment/replay-from.ts';
import { go } from '../router.ts';
import { stepFocus } from '../ui/menu-focus.ts';
import { alertAddress } from './alerts/alert-address.ts';
import { levelAt } from './alerts/level-at.ts';
import type { ChartController } from './chart-controller.ts';
import { isDaily } from './interval.ts';

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
  readonly chart: RefObject<HTMLElement | null>;
}

/** A place on the chart. `x`, `y`: px of its own box; `time`: epoch seconds, undefined where no candle is. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly time: number | undefined;
  /** Digits of the price there; undefined: none is. */
  readonly level: string | undefined;
}

/** A finger that stays so long, and moves less, presses. */
const PRESS_MS = 500;
const PRESS_PX = 10;
/** Between the button and the chart's edges, px. */
const MARGIN = 4;

/** Where the chart is clicked with the second button, or pressed for a while: what can be begun at that price and time. */
export function PlaceMenu({ controller, zone, chart }: Props) {
  const place = useSignal<Place | undefined>(undefined);
  const menu = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = chart.current;
    if (element === null) return undefined;
    const end = new AbortController();
    const { signal } = end;
    const open = (event: MouseEvent): void => {
      const { left: chartLeft, top: chartTop } = element.getBoundingClientRect();
      const time = timeAt(controller, event.clientX - chartLeft);
      const level = priceAt(controller, event.clientY - chartTop);
      if (time === undefined && level === undefined) return;
      event.preventDefault();
      const { left, top } = (element.offsetParent ?? element).getBoundingClientRect();
      place.value = { x: event.clientX - left, y: event.clientY - top, time, level };
    };
    const close = (): void => {
      place.value = undefined;
    };
    const leave = ({ target }: Event): void => {
      if (!menu.current?.contains(target as Node)) close();
    };
    onPress(element, signal, open);
    element.addEventListener('contextmenu', open, { signal });
    addEventListener('pointerdown', leave, { capture: true, signal });
    addEventListener('wheel', leave, { capture: true, passive: true, signal });
    addEventListener('keydown', ({ key }) => key === 'Escape' && close(), { capture: true, signal });
    return () => end.abort();
  }, [controller]);
  if (place.value === undefined) return null;
  const { time, level } = place.value;
  const write = isDaily(controller.interval.value) ? dateTimeText : clockText;
  return (
    <section
      class="place-menu"
      aria-label="At this place of the chart"
      ref={(element) => {
        menu.current = element;
        if (element !== null && place.value !== undefined) lay(element, place.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        stepFocus(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1);
      }}
    >
      {level !== undefined && (
        <button type="button" class="button" onClick={() => go(alertAddress(controller, level))}>
          <i aria-hidden="true">⚑</i> Alert at {priceText(Number(level), decimalsOf(level))}…
        </button>
      )}
      {time !== undefined && (
        <button
          type="button"
          class="button"
          onClick={() => {
            place.value = undefined;
            replayFrom(time);
          }}
        >
          <i aria-hidden="true">▶</i> Replay from {write(zone, time * 1e6)}
        </button>
      )}
    </section>
  );
}

function decimalsOf(decimal: string): number {
  return decimal.split('.')[1]?.length ?? 0;
}

/** The price at a pixel from the chart's top, as round as it was meant; undefined: below the prices, or none is drawn. */
function priceAt({ surface, digits }: ChartController, y: number): string | undefined {
  if (surface === undefined || surface.points.times.length === 0 || y > surface.chart.paneSize().height)
    return undefined;
  const [price, next] = [surface.series.coordinateToPrice(y), surface.series.coordinateToPrice(y + 1)];
  return price === null || next === null ? undefined : levelAt(price, price - next, digits.peek());
}

/** When the candle begins that is at a place, epoch seconds; undefined: none is there. */
function timeAt({ surface }: ChartController, x: number): number | undefined {
  const place = surface?.chart.timeScale().coordinateToLogical(x) ?? undefined;
  return place === undefined ? undefined : surface?.points.times[place];
}

/** Tells of fingers that press: not all browsers have a menu for them. */
function onPress(element: HTMLElement, signal: AbortSignal, pressed: (event: PointerEvent) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let from = { x: 0, y: 0 };
  const leave = (): void => clearTimeout(timer);
  const down = (event: PointerEvent): void => {
    leave();
    if (event.pointerType !== 'touch' || !event.isPrimary) return;
    from = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => pressed(event), PRESS_MS);
  };
  const move = ({ clientX, clientY }: PointerEvent): void => {
    if (Math.hypot(clientX - from.x, clientY - from.y) > PRESS_PX) leave();
  };
  element.addEventListener('pointerdown', down, { signal });
  element.addEventListener('pointermove', move, { signal });
  for (const end of ['pointerup', 'pointercancel'] as const) element.addEventListener(end, leave, { signal });
  signal.addEventListener('abort', leave);
}

/** The page's policy forbids styles in the markup, not those that a script sets. */
function lay(element: HTMLElement, { x, y }: Place): void {
  const { offsetParent, offsetWidth, offsetHeight } = element;
  const [width, height] = [offsetParent?.clientWidth ?? 0, offsetParent?.clientHeight ?? 0];
  element.style.left = `${Math.max(MARGIN, Math.min(x, width - offsetWidth - MARGIN))}px`;
  element.style.top = `${Math.max(MARGIN, Math.min(y, height - offsetHeight - MARGIN))}px`;
}
