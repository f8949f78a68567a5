import { type Average, parseTime } from '@tickwatch/core';
import type { ComponentChildren } from 'preact';
import { countText, decimalText } from '../format/number-text.ts';
import { dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { Figure } from '../stock/stock-figures.tsx';

interface Props {
  readonly average: Average;
  /** The range goes on: the figures follow what comes. */
  readonly isLive: boolean;
  /** The figures are of another moment than the one that is shown; those of this one are on their way. */
  readonly isChanging: boolean;
  readonly children: ComponentChildren;
}

/** The exact figures of what was asked. */
export function HistoryFigures({ average, isLive, isChanging, children }: Props) {
  const { average_price, time_weighted_average, first_time, last_time } = average;
  return (
    <section class={`figures ${isChanging ? 'changing' : ''}`} aria-label="Statistics" aria-busy={isChanging}>
      <dl>
        <Figure
          label="Average"
          title={`Exact mean of all ticks: ${exact(average_price)}`}
          value={trimmed(average_price)}
          mark="average"
        />
        <Figure
          label="Time-weighted"
          title={`Each price counts for as long as it was the price: ${exact(time_weighted_average)}`}
          value={trimmed(time_weighted_average)}
          mark="time-weighted"
        />
        <Figure label="Ticks" value={countText(average.count)} />
        <Figure label="Low" value={exact(average.min)} />
        <Figure label="High" value={exact(average.max)} />
        <Figure label="First" title={at(average.first, first_time)} value={exact(average.first)} />
        <Figure label="Last" title={at(average.last, last_time)} value={exact(average.last)} />
      </dl>
      {isLive && <p class="goes-on">The range has no end yet: figures follow new ticks</p>}
      <div class="actions">{children}</div>
    </section>
  );
}

/** Exact digits as they came. */
function exact(value: string | number | null): string {
  return value === null ? '–' : decimalText(String(value));
}

/** A mean has more digits than anyone reads: six behind the point, cut off, never rounded up to what it is not. */
function trimmed(value: string | number | null): string {
  if (value === null) return '–';
  const [whole = '', fraction = ''] = String(value).split('.');
  return decimalText(fraction === '' ? whole : `${whole}.${fraction.slice(0, 6)}`);
}

function at(value: string | number | null, time: string | null): string {
  return `${exact(value)}, ${dateTimeText(zone.value, parseTime(time ?? '') ?? 0, 6)}`;
}
