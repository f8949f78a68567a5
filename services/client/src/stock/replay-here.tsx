import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { clockText, dateTimeText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import { replayFrom } from '../moment/replay-from.ts';
import type { ChartController } from './chart-controller.ts';
import { isDaily } from './interval.ts';

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
  readonly chart: RefObject<HTMLElement | null>;
}

/** A place on the chart. `x`, `y`: px of its own box; `time`: epoch seconds. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly time: number;
}

/** A finger that stays so long, and moves less, presses. */
const PRESS_MS = 500;
const PRESS_PX = 10;
/** Between the button and the chart's edges, px. */
const MARGIN = 4;

/** Where the chart is clicked with the second button, or pressed for a while: a button that plays on from there. */
export function ReplayHere({ controller, zone, chart }: Props) {
  const place = useSignal<Place | undefined>(undefined);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = chart.current;
    if (element === null) return undefined;
    const end = new AbortController();
    const { signal } = end;
    const open = (event: MouseEvent): void => {
      const time = timeAt(controller, event.clientX - element.getBoundingClientRect().left);
      if (time === undefined) return;
      event.preventDefault();
      const { left, top } = (element.offsetParent ?? element).getBoundingClientRect();
      place.value = { x: event.clientX - left, y: event.clientY - top, time };
    };
    const close = (): void => {
      place.value = undefined;
    };
    const leave = ({ target }: Event): void => {
      if (!button.current?.contains(target as Node)) close();
    };
    onPress(element, signal, open);
    element.addEventListener('contextmenu', open, { signal });
    addEventListener('pointerdown', leave, { capture: true, signal });
    addEventListener('wheel', leave, { capture: true, passive: true, signal });
    addEventListener('keydown', ({ key }) => key === 'Escape' && close(), { capture: true, signal });
    return () => end.abort();
  }, [controller]);
  if (place.value === undefined) return null;
  const { time } = place.value;
  const write = isDaily(controller.interval.value) ? dateTimeText : clockText;
  return (
    <button
      type="button"
      class="button replay-here"
      ref={(element) => {
        button.current = element;
        if (element !== null && place.value !== undefined) lay(element, place.value);
      }}
      onClick={() => {
        place.value = undefined;
        replayFrom(time);
      }}
    >
      <i aria-hidden="true">▶</i> Replay from {write(zone, time * 1e6)}
    </button>
  );
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
