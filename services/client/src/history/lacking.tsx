import type { Hole } from '@tickwatch/core';
import { asOf } from '../api/as-of.ts';
import { apiPath } from '../api/http.ts';
import { holeText } from '../format/hole-text.ts';
import { countText } from '../format/number-text.ts';
import { zone } from '../settings.ts';
import { boundTexts, type HistoryQuery } from './history-query.ts';

interface Props {
  readonly query: HistoryQuery;
  readonly holes: readonly Hole[];
}

/** So many are read at a glance; the rest is a click away. */
const AT_ONCE = 3;
/** As many as one answer names. */
const MOST_NAMED = 100;

/** What an answer lacks of what was published, and why. */
export function Lacking({ query, holes }: Props) {
  const more = holes.slice(AT_ONCE);
  return (
    <section class="completeness lacking" aria-label="What is missing">
      <p role="status">
        <strong>▨ Not complete:</strong> ticks are, or may be, missing in {partsText(holes.length)} of this range.
      </p>
      <HoleList holes={holes.slice(0, AT_ONCE)} />
      {more.length > 0 && (
        <details>
          <summary>{countText(more.length)} more</summary>
          <HoleList holes={more} />
        </details>
      )}
      <p>
        <a href={gapsAddress(query)}>All gaps of this range</a> · <a href="/system">Coverage by day</a>
      </p>
    </section>
  );
}

function HoleList({ holes }: { readonly holes: readonly Hole[] }) {
  return (
    <ul>
      {holes.map((hole) => (
        <li key={`${hole.exchange_name} ${hole.from_time} ${hole.to_time} ${hole.reason}`}>
          {holeText(zone.value, hole)}
        </li>
      ))}
    </ul>
  );
}

function partsText(count: number): string {
  if (count <= 1) return 'a part';
  return count < MOST_NAMED ? `${count} parts` : `${MOST_NAMED} parts or more`;
}

/** The API's own list, which has what no page names. */
function gapsAddress(query: HistoryQuery): string {
  return asOf(apiPath('/api/gaps', { ...boundTexts(query), exchange: query.exchange, stock: query.stock })).address;
}
