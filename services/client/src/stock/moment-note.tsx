import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { findTick, type StockName } from './candle-source.ts';
import type { WantedRange } from './wanted-range.ts';

interface Props {
  readonly name: StockName;
  readonly wanted: ReadonlySignal<WantedRange>;
  readonly go: (at: number) => void;
}

interface Around {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Where somebody went to a moment around which the stock has no tick: says so, and offers the nearest ones. */
export function MomentNote({ name, wanted, go }: Props) {
  const around = useSignal<Around | undefined>(undefined);
  const current = wanted.value;
  useEffect(() => {
    around.value = undefined;
    if (current.kind !== 'at') return undefined;
    const abort = new AbortController();
    lookAround(name, current.at, abort.signal).then(
      (found) => {
        around.value = found;
      },
      () => {
        // The status bar tells of API trouble; the chart shows what is there.
      },
    );
    return () => abort.abort();
  }, [name.stock, name.exchange, current]);
  if (current.kind !== 'at' || around.value === undefined) return null;
  const { before, after } = around.value;
  const half = current.span / 2;
  if (
    current.at - (before ?? Number.NEGATIVE_INFINITY) <= half ||
    (after ?? Number.POSITIVE_INFINITY) - current.at <= half
  )
    return null;
  const text = (seconds: number): string => dateTimeText(zone.value, Math.round(seconds * 1e6));
  return (
    <div class="moment-note" role="status">
      <span>
        {name.stock} has no tick near {text(current.at)}
        {before === undefined && after === undefined ? '.' : '. The nearest:'}
      </span>
      {before !== undefined && (
        <button type="button" class="button" onClick={() => go(before)}>
          ← {text(before)}
        </button>
      )}
      {after !== undefined && (
        <button type="button" class="button" onClick={() => go(after)}>
          {text(after)} →
        </button>
      )}
      {before === undefined && after !== undefined && <span>None is older.</span>}
      {after === undefined && before !== undefined && <span>None is newer.</span>}
    </div>
  );
}

async function lookAround(name: StockName, at: number, signal: AbortSignal): Promise<Around> {
  const [before, after] = await Promise.all([
    findTick(name, 'before', at, signal),
    findTick(name, 'after', at, signal),
  ]);
  return { before, after };
}
