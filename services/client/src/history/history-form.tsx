import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { nowMs } from '../clock.ts';
import { zoneName } from '../format/zone.ts';
import { zone } from '../settings.ts';
import { type HistoryAddress, type HistoryQuery, PRESETS, type Preset, presetBounds } from './history-query.ts';
import { StockField } from './stock-field.tsx';
import { TimeField } from './time-field.tsx';

interface Props {
  readonly market: Market;
  readonly address: HistoryAddress;
  readonly busy: boolean;
  /** What the API refused, and which of its parameters. */
  readonly refusal: { readonly parameter: string | undefined; readonly message: string } | undefined;
  readonly ask: (query: HistoryQuery) => void;
}

/** Stock, start and end; each time is shown on the other clocks beside it. */
export function HistoryForm({ market, address, busy, refusal, ask }: Props) {
  const { query, asked, problems } = address;
  const version = market.version.value;
  const names = useMemo(() => [...new Set([...market.rows.values()].map((row) => row.stock))], [version]);
  const stock = useSignal(asked.stock ?? '');
  const preset = useSignal<Preset | undefined>(firstPreset(address));
  const first = preset.peek() === '15m' ? presetBounds('15m', 'UTC', nowMs()) : asked;
  const start = useSignal<number | undefined>(first.start);
  const end = useSignal<number | undefined>(first.end);
  const exchange = useSignal(query?.exchange ?? '');
  const chosen = stock.value || firstOf(names);
  const exchanges = [...market.rows.values()].filter((row) => row.stock === chosen).map((row) => row.exchange);
  const backwards = start.value !== undefined && end.value !== undefined && start.value > end.value;
  const problemOf = (field: 'start' | 'end'): string | undefined =>
    problems.find(({ parameter }) => parameter === field)?.text ??
    (refusal?.parameter === `${field}_time` ? refusal.message : undefined);

  const submit = (bounds: Pick<HistoryQuery, 'start' | 'end'>): void => {
    // What was chosen for another stock may be none of this one's.
    const only = exchanges.length > 1 && exchanges.includes(exchange.value) ? exchange.value : undefined;
    ask({ stock: chosen, exchange: only, ...bounds, order: asked.order ?? 'asc', cursor: undefined });
  };
  const choosePreset = (name: Preset): void => {
    const bounds = presetBounds(name, zoneName(zone.value), nowMs());
    preset.value = name;
    start.value = bounds.start;
    end.value = bounds.end;
    if (chosen !== '') submit(bounds);
  };
  const chooseTime = (bound: typeof start) => (time: number | undefined) => {
    preset.value = undefined;
    bound.value = time;
  };
  return (
    <form
      class="history-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== '' && !backwards) submit({ start: start.value, end: end.value });
      }}
    >
      <StockField
        value={chosen}
        names={names}
        choose={(name) => {
          stock.value = name;
        }}
      />
      {exchanges.length > 1 && (
        <label class="field">
          <span>Exchange</span>
          <select
            value={exchanges.includes(exchange.value) ? exchange.value : ''}
            onChange={(event) => (exchange.value = event.currentTarget.value)}
          >
            <option value="">All</option>
            {exchanges.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <TimeField
        label="Start"
        open="the first price"
        time={start.value}
        choose={chooseTime(start)}
        problem={problemOf('start')}
      />
      <TimeField
        label="End"
        open="the last price, and on"
        time={end.value}
        choose={chooseTime(end)}
        problem={backwards ? 'The end lies before the start' : problemOf('end')}
      />
      <fieldset class="chips presets" aria-label="Presets">
        {PRESETS.map(({ preset: name, label }) => (
          <button key={name} type="button" aria-pressed={preset.value === name} onClick={() => choosePreset(name)}>
            {label}
          </button>
        ))}
      </fieldset>
      <button type="submit" class="button main" disabled={busy || backwards || chosen === ''}>
        {busy ? 'Loading…' : 'Show'}
      </button>
    </form>
  );
}

/** What an address that names no bound stands for; undefined: it has bounds of its own. */
function firstPreset({ query, asked, problems }: HistoryAddress): Preset | undefined {
  if (asked.start !== undefined || asked.end !== undefined || problems.length > 0) return undefined;
  return query === undefined ? '15m' : 'all';
}

/** The first of names in their order, without bringing all of many thousands into it. */
function firstOf(names: readonly string[]): string {
  return names.reduce((first, name) => (first === '' || name < first ? name : first), '');
}
