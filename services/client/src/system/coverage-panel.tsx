import type { Coverage, Gap } from '@tickwatch/core';
import { useEffect, useMemo } from 'preact/hooks';
import { apiPath } from '../api/http.ts';
import { holeText } from '../format/hole-text.ts';
import { zone } from '../settings.ts';
import { CoverageGrid } from './coverage-grid.tsx';
import { CoverageSource, type DayHoles } from './coverage-source.ts';
import { coverageText, dayText, STATE_TEXTS } from './coverage-text.ts';

/** For every day and exchange: whether all that was published is here, and else what is missing. */
export function CoveragePanel() {
  const source = useMemo(() => new CoverageSource(), []);
  useEffect(() => source.start(), [source]);
  const { value: coverage, failure } = source.coverage.value;
  return (
    <section class="panel coverage" aria-label="Coverage">
      <header>
        <h2>Coverage</h2>
        <p>
          whether all that was published is here, day by day · <a href="/api/gaps">all gaps</a>
        </p>
      </header>
      <OpenHoles holes={source.open.value} />
      {failure !== undefined && (
        <p class="trouble" role="alert">
          It can’t be read: {failure}
        </p>
      )}
      {coverage === undefined && failure === undefined && (
        <div class="skeleton coverage-wait" role="status" aria-label="Loading the coverage" />
      )}
      {coverage?.length === 0 && <p>Nothing was heard of any exchange yet</p>}
      {coverage !== undefined && coverage.length > 0 && (
        <>
          <CoverageGrid coverage={coverage} look={(place) => source.look(place)} />
          <Scale coverage={coverage} />
          <DayDetails day={source.holes.value} />
        </>
      )}
    </section>
  );
}

const MOST_OPEN = 10;

/** Holes that have not ended: the first thing to know. */
function OpenHoles({ holes }: { readonly holes: readonly Gap[] }) {
  return (
    <div role="status">
      {holes.length > 0 && (
        <ul class="open-holes">
          {holes.slice(0, MOST_OPEN).map((hole) => (
            <li key={`${hole.lane} ${hole.exchange_name} ${hole.from_time}`}>
              <strong>Missing now:</strong> {holeText(zone.value, hole)}
              {hole.detail !== '' && <small> {hole.detail}</small>}
            </li>
          ))}
          {holes.length > MOST_OPEN && <li>and {holes.length - MOST_OPEN} more</li>}
        </ul>
      )}
    </div>
  );
}

function Scale({ coverage }: { readonly coverage: Coverage }) {
  const days = coverage[0]?.days ?? [];
  const [first, last] = [days[0], days[days.length - 1]];
  return (
    <p class="scale">
      <span>{first && dayText(first)}</span>
      <span class="marks">
        {Object.entries(STATE_TEXTS).map(([state, text]) => (
          <span key={state}>
            <i class={`day ${state}`} aria-hidden="true" /> {text}
          </span>
        ))}
      </span>
      <span>{last && dayText(last)}</span>
    </p>
  );
}

/** What is missing on the day that is looked at. */
function DayDetails({ day }: { readonly day: DayHoles | undefined }) {
  if (day === undefined) {
    return (
      <p class="day-details">
        Point at a day, or go to the days with the Tab key and the arrows, to see what is missing.
      </p>
    );
  }
  const { place, gaps, failure } = day;
  const { exchange, day: what } = place;
  const rest = what.holes - (gaps?.length ?? 0);
  return (
    <div class="day-details">
      <p aria-live="polite">
        <strong>{exchange}</strong> {coverageText(what)}
      </p>
      {gaps === undefined && <p>…</p>}
      {failure !== undefined && <p class="trouble">Its holes can’t be read: {failure}</p>}
      {gaps !== undefined && gaps.length > 0 && (
        <ul>
          {gaps.map((gap) => (
            <li key={`${gap.id} ${gap.lane} ${gap.from_time}`}>
              {holeText(zone.value, gap)}
              {gap.stocks !== null && <small> only {gap.stocks.slice(0, 10).join(', ')}</small>}
              {gap.detail !== '' && <small> {gap.detail}</small>}
            </li>
          ))}
        </ul>
      )}
      {gaps !== undefined && rest > 0 && (
        <p>
          <a href={apiPath('/api/gaps', { exchange, start_time: what.from_time, end_time: what.to_time })}>
            All {what.holes} of the day
          </a>
        </p>
      )}
    </div>
  );
}
