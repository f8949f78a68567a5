import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { nowMs, realNowMs } from '../clock.ts';
import { clockText, dateText, dateTimeText } from '../format/time-text.ts';
import { zoneLabel } from '../format/zone.ts';
import { zone } from '../settings.ts';
import { DragSeek } from './drag-seek.ts';
import { goLive, moment, playMoment } from './moment.ts';
import { kindAt, loadTrack, type TrackKind, type TrackPart, type TrackScope } from './track-source.ts';
import { placeOn, STEPS_MS, type TrackRange, type TrackSpan } from './track-span.ts';

interface Props {
  readonly span: TrackSpan;
  readonly range: TrackRange;
  /** Of whose time the picture is. */
  readonly scope: TrackScope;
  /** The moment that is shown, epoch ms. */
  readonly shown: number;
}

/** Holes and sessions of a day that runs change. */
const AGAIN_MS = 30_000;
/** So often a slider is read out that is played. */
const SAID_MS = 60_000;
const PAGE = 10;
const LONG_MS = 36 * 3_600_000;

const KIND_TEXTS: Readonly<Record<TrackKind, string>> = {
  covered: '',
  missing: ', prices are missing there',
  closed: ', exchanges closed',
  unknown: ', before anything was recorded',
};

/** The track: what there is of its time, drawn, and where the page stands on it. A slider, for hands and for keys. */
export function TimeTrack({ span, range, scope, shown }: Props) {
  const parts = useParts(range, scope);
  const dragged = useSignal<number | undefined>(undefined);
  const seek = useMemo(() => new DragSeek(), []);
  useEffect(() => () => seek.cancel(), [seek]);
  const track = useRef<HTMLDivElement>(null);
  const now = realNowMs();
  const live = moment.value === undefined && dragged.value === undefined;
  const at = dragged.value ?? shown;

  const atPointer = (event: PointerEvent): number => {
    const { left, width } = track.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    const part = Math.min(1, Math.max(0, (event.clientX - left) / width));
    return Math.min(realNowMs(), Math.round(range.from + part * (range.to - range.from)));
  };
  const drag = (event: PointerEvent): void => {
    dragged.value = atPointer(event);
    seek.move(dragged.value * 1000);
  };
  const drop = (): void => {
    if (dragged.value === undefined) return;
    const isNow = dragged.value >= realNowMs() - 1;
    dragged.value = undefined;
    if (isNow) {
      seek.cancel();
      goLive();
    } else seek.end();
  };
  const leap = (to: number): void => {
    if (to < realNowMs()) {
      seek.move(Math.max(0, Math.round(to * 1000)));
      return;
    }
    seek.cancel();
    goLive();
  };
  const press = (event: KeyboardEvent): void => {
    const step = STEPS_MS[span];
    // Of a key that is held down, the page may not have drawn the last step yet.
    const from = seek.wanted === undefined ? nowMs() : seek.wanted / 1000;
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: from - step,
      ArrowDown: from - step,
      ArrowRight: from + step,
      ArrowUp: from + step,
      PageDown: from - PAGE * step,
      PageUp: from + PAGE * step,
      Home: range.from,
      End: Number.POSITIVE_INFINITY,
    };
    const target = targets[event.key];
    if (event.key === ' ') playMoment({ playing: moment.peek()?.playing !== true });
    else if (target !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) leap(target);
    else return;
    event.preventDefault();
  };
  // What is played would be read out with every change.
  const { playing = false, speed = 1 } = moment.value ?? {};
  const step = playing && dragged.value === undefined ? SAID_MS * Math.max(1, speed) : 1;
  const said = Math.max(range.from, Math.floor(at / step) * step);
  const text = live ? 'Live' : `${dateTimeText(zone.value, said * 1000)} (${zoneLabel(zone.value)})`;
  return (
    <div class="time-track">
      <div
        ref={track}
        class={live ? 'track at-now' : 'track'}
        role="slider"
        tabIndex={0}
        aria-label="Moment that is shown"
        aria-valuemin={Math.round(range.from / 1000)}
        aria-valuemax={Math.round(range.to / 1000)}
        aria-valuenow={Math.round(said / 1000)}
        aria-valuetext={`${text}${live ? '' : KIND_TEXTS[kindAt(parts, said) ?? 'covered']}`}
        onKeyDown={press}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          seek.begin();
          drag(event);
        }}
        onPointerMove={(event) => dragged.value !== undefined && drag(event)}
        onPointerUp={drop}
        onPointerCancel={drop}
      >
        {parts.map((part, index) => (
          <span
            // By its order: parts have no name of their own.
            key={index}
            class={`strip-part ${part.kind}`}
            ref={(element) => lay(element, range, part)}
          />
        ))}
        <span class="track-future" ref={(element) => lay(element, range, { from: now, to: range.to })} />
        <span class="track-thumb" ref={(element) => lay(element, range, { from: at, to: at })}>
          {dragged.value !== undefined && <output aria-hidden="true">{dateTimeText(zone.value, at * 1000)}</output>}
        </span>
      </div>
      <div class="track-ends" aria-hidden="true">
        <span>{endText(range.from, range)}</span>
        <span>{endText(range.to, range)}</span>
      </div>
    </div>
  );
}

function useParts(range: TrackRange, scope: TrackScope): readonly TrackPart[] {
  const parts = useSignal<readonly TrackPart[]>([]);
  const { from, to } = range;
  useEffect(() => {
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      try {
        parts.value = await loadTrack({ from, to }, scope, abort.signal);
      } catch {
        // Without it the track has no picture, and leads everywhere all the same; it is asked for again.
      }
    };
    parts.value = [];
    void load();
    const timer = setInterval(() => to > realNowMs() - AGAIN_MS && !document.hidden && void load(), AGAIN_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [from, to, JSON.stringify(scope)]);
  return parts.value;
}

/** A day is said once, and days of longer tracks without their hours. */
function endText(at: number, { from, to }: TrackRange): string {
  if (to - from > LONG_MS) return dateText(zone.value, at * 1000);
  const isSameDay = at > from && dateText(zone.value, at * 1000) === dateText(zone.value, from * 1000);
  return (isSameDay ? clockText : dateTimeText)(zone.value, at * 1000);
}

/** The page's policy forbids styles in the markup, not those that a script sets. */
function lay(element: HTMLElement | null, range: TrackRange, { from, to }: TrackRange): void {
  if (element === null) return;
  const [left, right] = [placeOn(range, from), placeOn(range, to)];
  element.style.left = `${left * 100}%`;
  element.style.width = `${(right - left) * 100}%`;
}
