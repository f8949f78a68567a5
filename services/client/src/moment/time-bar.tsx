import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { nowMs, realNowMs } from '../clock.ts';
import { clockText, dateText, dateTimeText } from '../format/time-text.ts';
import { zoneName } from '../format/zone.ts';
import { place } from '../router.ts';
import { zone } from '../settings.ts';
import { oneOf, stored } from '../stored.ts';
import { useRedrawEvery } from '../ui/use-redraw-every.ts';
import { goLive, leaps, moment, playMoment } from './moment.ts';
import { MomentField } from './moment-field.tsx';
import { registerMomentKeys } from './moment-keys.ts';
import type { PageFeed } from './page-feed.ts';
import { SPEEDS } from './played-clock.ts';
import { Player } from './player.ts';
import { stepScope } from './step-scope.ts';
import { StepTools } from './step-tools.tsx';
import { barOpen } from './time-bar-state.ts';
import { TimeTrack } from './time-track.tsx';
import { loadFirst, type TrackScope } from './track-source.ts';
import { SPAN_LABELS, TRACK_SPANS, type TrackRange, trackRange } from './track-span.ts';

const EVERY_MS = 250;

const span = stored('time-bar', oneOf(TRACK_SPANS), 'day');

/** One for the page: it plays on when the bar is put away. */
let player: Player | undefined;

interface Props {
  readonly feed: PageFeed;
  readonly market: Market;
}

/** Leads through the past: a track to drag on, a field to type into, and what plays. */
export function TimeBar({ feed, market }: Props) {
  if (player === undefined) {
    player = new Player(feed);
    player.start();
    registerMomentKeys();
  }
  useRedrawEvery(EVERY_MS);
  leaps.value;
  const range = useRange();
  const shown = moment.value;
  const trouble = player.feed.value?.trouble.value;
  const waits = shown?.playing === true && player.waits;
  const quietUntil = player.quietUntil;
  return (
    <>
      <TimeTrack span={span.value} range={range} shown={nowMs()} scope={useScope(market)} />
      <div class="time-tools">
        <button
          type="button"
          class="button play"
          disabled={shown === undefined}
          aria-keyshortcuts="P"
          title={shown === undefined ? 'Go to a moment first, to play from there' : 'P'}
          onClick={() => playMoment({ playing: shown?.playing !== true })}
        >
          <i aria-hidden="true">{shown?.playing === true ? '❚❚' : '▶'}</i> {shown?.playing === true ? 'Pause' : 'Play'}
        </button>
        <label>
          <span class="unseen">Speed</span>
          <select
            value={shown?.speed ?? 1}
            disabled={shown === undefined}
            onChange={({ currentTarget }) => playMoment({ speed: Number(currentTarget.value) })}
          >
            {SPEEDS.map((speed) => (
              <option key={speed} value={speed}>
                ×{speed}
              </option>
            ))}
          </select>
        </label>
        <MomentField shown={nowMs()} />
        {shown !== undefined && <StepTools />}
        <label>
          <span class="unseen">Length of the track</span>
          <select
            value={span.value}
            onChange={({ currentTarget }) => {
              span.value = TRACK_SPANS.find((name) => name === currentTarget.value) ?? 'day';
            }}
          >
            {TRACK_SPANS.map((name) => (
              <option key={name} value={name}>
                {SPAN_LABELS[name]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button main bar-live" disabled={shown === undefined} onClick={goLive}>
          Back to live
        </button>
        <button
          type="button"
          class="button close"
          aria-label="Close the time bar"
          title="Close the time bar (T)"
          onClick={() => {
            barOpen.value = false;
          }}
        >
          ×
        </button>
        {quietUntil !== undefined && (
          <button type="button" class="button leave-out" onClick={() => player?.skip()}>
            Nothing until {untilText(quietUntil)} · Skip
          </button>
        )}
        {/* Where time waits often, nobody wants to hear of it each time. */}
        {trouble === undefined && waits && <span class="play-state">Reading…</span>}
        <p class="play-state" role="status">
          {trouble !== undefined && `Can’t play on: ${trouble}. It is tried again.`}
        </p>
      </div>
    </>
  );
}

/** Of the stock that is shown, where it is one, and of its exchanges. */
function useScope(market: Market): TrackScope {
  const { path, query } = place.value;
  const { stocks, exchange } = stepScope(path, query);
  const stock = stocks.length === 1 ? stocks[0] : undefined;
  const told = exchange !== undefined ? [exchange] : stock === undefined ? [] : market.exchangesOf(stock).toSorted();
  const kept = useRef<TrackScope>({ stock, exchanges: told });
  // At a moment before its first tick, no board knows where it is traded.
  if (told.length > 0 || stock !== kept.current.stock) kept.current = { stock, exchanges: told };
  return kept.current;
}

/** With its day, where that is another one than is shown. */
function untilText(micros: number): string {
  const day = dateText(zone.value, micros);
  const isToday = day === dateText(zone.value, nowMs() * 1000);
  return (isToday ? clockText : dateTimeText)(zone.value, micros);
}

/** The track moves on only when what is shown leaves it, so that nothing slips away under a hand. */
function useRange(): TrackRange {
  const first = useSignal(Number.POSITIVE_INFINITY);
  useEffect(() => {
    const abort = new AbortController();
    loadFirst(abort.signal).then(
      (time) => {
        first.value = time ?? first.peek();
      },
      // "All" begins with what is shown then.
      () => {},
    );
    return () => abort.abort();
  }, [first]);
  const asked = useComputed(() => ({ span: span.value, zone: zoneName(zone.value), first: first.value })).value;
  const kept = useRef<{ readonly asked: typeof asked; readonly range: TrackRange } | undefined>(undefined);
  const at = nowMs();
  const { current } = kept;
  if (current?.asked === asked && current.range.from <= at && at <= current.range.to) return current.range;
  const range = trackRange(asked.span, at, { ...asked, now: realNowMs() });
  kept.current = { asked, range };
  return range;
}
