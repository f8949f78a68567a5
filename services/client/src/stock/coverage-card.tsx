import { useLayoutEffect, useRef } from 'preact/hooks';
import { apiPath } from '../api/http.ts';
import { holeTimes, messagesText, reasonText } from '../format/hole-text.ts';
import { clockText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import { replayFrom } from '../moment/replay-from.ts';
import type { ChartController } from './chart-controller.ts';
import { kindOfHole } from './coverage-parts.ts';
import { concernText, KIND_TEXTS, partTimes, whyText } from './coverage-text.ts';
import { hang } from './hang.ts';
import type { PlacedPart } from './placed-parts.ts';
import { showHole } from './show-hole.ts';

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
  readonly part: PlacedPart;
  /** Of the chart, in pixels. */
  readonly width: number;
  /** @param isLeaving something else was chosen */
  readonly close: (isLeaving: boolean) => void;
}

/** As many are read; the rest is in the list of the API. */
const MOST_LISTED = 8;

/** Why a part of the coverage is as it is, in full, and where more is known. */
export function CoverageCard({ controller, zone, part, width, close }: Props) {
  const card = useRef<HTMLDivElement>(null);
  // At once, so that the next key is for it.
  useLayoutEffect(() => {
    card.current?.focus();
    const outside = ({ target }: Event): void => {
      if (!card.current?.contains(target as Node)) close(true);
    };
    addEventListener('pointerdown', outside, true);
    return () => removeEventListener('pointerdown', outside, true);
  }, []);
  useLayoutEffect(() => hang(card.current, part, width));
  const { holes, from, to } = part;
  return (
    <div
      class={`coverage-card ${part.kind}`}
      role="dialog"
      aria-label={`Coverage: ${KIND_TEXTS[part.kind]}`}
      tabIndex={-1}
      ref={card}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close(false);
      }}
    >
      <button type="button" class="card-close" aria-label="Close" onClick={() => close(false)}>
        ×
      </button>
      <p>
        <strong>{KIND_TEXTS[part.kind]}</strong> {partTimes(zone, part)}
      </p>
      <p>
        {whyText(part)}{' '}
        <button type="button" class="button" onClick={() => replayFrom(from)}>
          Replay from {clockText(zone, from * 1e6)}
        </button>
      </p>
      {holes.length > 0 && (
        <ul>
          {holes.slice(0, MOST_LISTED).map((hole) => (
            <li key={`${hole.exchange_name} ${hole.from_time} ${hole.reason}`}>
              <b>{hole.exchange_name ?? 'Unknown exchange'}</b>, {holeTimes(zone, hole)}:{' '}
              {[reasonText(hole.reason), messagesText(hole.messages), concernText(hole)].filter(Boolean).join(', ')}
              {'detail' in hole && hole.detail !== '' && <small> {hole.detail}</small>}
              {kindOfHole(hole) !== 'unknown' && (
                <button type="button" class="button" onClick={() => showHole(controller, hole)}>
                  Show it
                </button>
              )}
            </li>
          ))}
          {holes.length > MOST_LISTED && (
            <li>
              {MOST_LISTED} of {holes.length} shown
            </li>
          )}
        </ul>
      )}
      {holes.length > 0 && (
        <p class="card-links">
          <a href="/system">Ledger and coverage</a>
          <a href={apiPath('/api/gaps', { start_time: Math.floor(from * 1e6), end_time: Math.ceil(to * 1e6) })}>
            All gaps of this time
          </a>
        </p>
      )}
    </div>
  );
}
