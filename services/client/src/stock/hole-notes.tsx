import { useSignal } from '@preact/signals';
import { holeText } from '../format/hole-text.ts';
import { dateTimeText, spanText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import type { Band } from './chart-bands.ts';
import type { ChartController } from './chart-controller.ts';
import { MOST_HOLES } from './coverage-parts.ts';
import { showHole } from './show-hole.ts';

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
}

const MOST_LISTED = 20;

/** What the visible range lacks, in words: a line under the legend that opens into a list, for eyes, keys and readers. */
export function HoleNotes({ controller, zone }: Props) {
  const opened = useSignal(false);
  const holes = controller.notes.holes.value;
  const band = controller.notes.hovered.value;
  const most = holes.length >= MOST_HOLES ? ' or more' : '';
  const count = holes.length === 1 ? '1 hole in view' : `${holes.length}${most} holes in view`;
  return (
    <div class="hole-notes">
      {/* Always there, so that a hole that opens or ends is told. */}
      <span class="unseen" role="status">
        {holes.length === 0 ? '' : `${count}: ticks are, or may be, missing`}
      </span>
      {holes.length > 0 && (
        <details
          open={opened.value}
          onToggle={(event) => {
            opened.value = event.currentTarget.open;
          }}
        >
          <summary>{count}</summary>
          <ul>
            {holes.slice(0, MOST_LISTED).map((hole) => (
              <li key={`${hole.exchange_name} ${hole.from_time} ${hole.reason}`}>
                <button
                  type="button"
                  title="Show it"
                  onClick={() => showHole(controller, hole)}
                  onFocus={() => controller.surface?.point(hole)}
                  onBlur={() => controller.surface?.point(undefined)}
                  onPointerEnter={() => controller.surface?.point(hole)}
                  onPointerLeave={() => controller.surface?.point(undefined)}
                >
                  {holeText(zone, hole)}
                </button>
              </li>
            ))}
            {holes.length > MOST_LISTED && (
              <li>
                {MOST_LISTED} of {holes.length}
                {most} shown; <a href="/system">all of them</a>
              </li>
            )}
          </ul>
        </details>
      )}
      {band !== undefined && <p class={`band-text ${band.kind}`}>{bandText(zone, band)}</p>}
    </div>
  );
}

function bandText(zone: ZoneChoice, { kind, from, to, hole }: Band): string {
  if (hole !== undefined) return `Missing: ${holeText(zone, hole)}`;
  const what = kind === 'closed' ? 'Closed' : 'No ticks';
  return `${what} from ${dateTimeText(zone, from * 1e6)} for ${spanText(to - from)}`;
}
