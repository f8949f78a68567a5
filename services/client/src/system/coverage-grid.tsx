import { useSignal } from '@preact/signals';
import type { Coverage } from '@tickwatch/core';
import { useRef } from 'preact/hooks';
import type { DayPlace } from './coverage-source.ts';
import { coverageText } from './coverage-text.ts';

interface Props {
  readonly coverage: Coverage;
  /** A day that somebody looks at. */
  readonly look: (place: DayPlace) => void;
}

const WEEK = 7;

/** A row of days for each exchange. One stop of the Tab key; arrow keys go from day to day and from row to row. */
export function CoverageGrid({ coverage, look }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const chosen = useSignal<{ readonly row: number; readonly column: number } | undefined>(undefined);
  const row = Math.min(chosen.value?.row ?? 0, coverage.length - 1);
  const column = Math.min(chosen.value?.column ?? Number.POSITIVE_INFINITY, lastOf(coverage, row));

  const lookAt = (at: number, index: number): void => {
    const [exchange, day] = [coverage[at]?.exchange_name, coverage[at]?.days[index]];
    if (exchange !== undefined && day !== undefined) look({ exchange, day });
  };
  const choose = (at: number, index: number): void => {
    chosen.value = { row: at, column: index };
    lookAt(at, index);
  };
  const move = (event: KeyboardEvent): void => {
    const next = targetOf(event.key, { row, column }, coverage);
    if (next === undefined) return;
    event.preventDefault();
    chosen.value = next;
    grid.current?.querySelector<HTMLElement>(`[data-place="${next.row}/${next.column}"]`)?.focus();
  };
  return (
    <div role="toolbar" aria-label="Coverage by day" ref={grid} onKeyDown={move}>
      {coverage.map(({ exchange_name, days }, at) => (
        <div class="coverage-row" key={exchange_name}>
          <b aria-hidden="true">{exchange_name}</b>
          <span class="days">
            {days.map((day, index) => (
              <button
                key={day.day}
                type="button"
                class={`day ${day.state}`}
                data-place={`${at}/${index}`}
                tabIndex={at === row && index === column ? 0 : -1}
                aria-pressed={chosen.value !== undefined && at === row && index === column}
                aria-label={`${exchange_name}, ${coverageText(day)}`}
                onFocus={() => choose(at, index)}
                onClick={() => choose(at, index)}
                onPointerEnter={() => lookAt(at, index)}
                onPointerLeave={() => chosen.value !== undefined && lookAt(row, column)}
              />
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}

function lastOf(coverage: Coverage, row: number): number {
  return (coverage[row]?.days.length ?? 1) - 1;
}

function targetOf(key: string, { row, column }: { row: number; column: number }, coverage: Coverage) {
  const to = (nextRow: number, nextColumn: number) => {
    const kept = Math.min(coverage.length - 1, Math.max(0, nextRow));
    return { row: kept, column: Math.min(lastOf(coverage, kept), Math.max(0, nextColumn)) };
  };
  switch (key) {
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowDown':
      return to(row + 1, column);
    case 'PageUp':
      return to(row, column - WEEK);
    case 'PageDown':
      return to(row, column + WEEK);
    case 'Home':
      return to(row, 0);
    case 'End':
      return to(row, Number.POSITIVE_INFINITY);
    default:
      return undefined;
  }
}
