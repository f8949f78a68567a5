import { useSignal } from '@preact/signals';
import type { Market } from '../board/market.ts';
import { nowMs } from '../clock.ts';
import { dateTimeText } from '../format/time-text.ts';
import { ZONE_CHOICES, type ZoneChoice, zoneLabel, zoneName } from '../format/zone.ts';
import { zone } from '../settings.ts';
import { fieldText, type HistoryQuery, PRESETS, type Preset, presetBounds, readField } from './history-query.ts';

interface Props {
  readonly market: Market;
  readonly query: HistoryQuery | undefined;
  readonly busy: boolean;
  /** What the API refused, and which of its parameters. */
  readonly refusal: { readonly parameter: string | undefined; readonly message: string } | undefined;
  readonly ask: (query: HistoryQuery) => void;
}

/** Stock, start and end; each time is shown on the other clocks beside it. */
export function HistoryForm({ market, query, busy, refusal, ask }: Props) {
  market.version.value;
  const stocks = [...new Set([...market.rows.values()].map((row) => row.stock))].sort();
  const stock = useSignal(query?.stock ?? '');
  const preset = useSignal<Preset | undefined>(firstPreset(query));
  const first = presetBounds('15m', 'UTC', nowMs());
  const start = useSignal<number | undefined>(query === undefined ? first.start : query.start);
  const end = useSignal<number | undefined>(query === undefined ? first.end : query.end);
  const chosen = stock.value || stocks[0] || '';
  const backwards = start.value !== undefined && end.value !== undefined && start.value > end.value;
  const exchanges = [...market.rows.values()].filter((row) => row.stock === chosen).map((row) => row.exchange);
  const exchange = useSignal(query?.exchange ?? '');

  const submit = (bounds: Pick<HistoryQuery, 'start' | 'end'>): void => {
    const only = exchanges.length > 1 && exchange.value !== '' ? exchange.value : undefined;
    ask({ stock: chosen, exchange: only, ...bounds, order: query?.order ?? 'asc', cursor: undefined });
  };
  const choose = (name: Preset): void => {
    const bounds = presetBounds(name, zoneName(zone.value), nowMs());
    preset.value = name;
    start.value = bounds.start;
    end.value = bounds.end;
    if (chosen !== '') submit(bounds);
  };
  return (
    <form
      class="history-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== '' && !backwards) submit({ start: start.value, end: end.value });
      }}
    >
      <label class="field">
        <span>Stock</span>
        <input
          list="stocks"
          required
          maxLength={255}
          autocomplete="off"
          value={chosen}
          onChange={(event) => {
            stock.value = event.currentTarget.value.trim();
          }}
        />
        <datalist id="stocks">
          {stocks.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      {exchanges.length > 1 && (
        <label class="field">
          <span>Exchange</span>
          <select
            value={exchange.value}
            onChange={(event) => {
              exchange.value = event.currentTarget.value;
            }}
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
        time={start}
        touched={preset}
        problem={refusal?.parameter === 'start_time' ? refusal.message : undefined}
      />
      <TimeField
        label="End"
        open="the last price"
        time={end}
        touched={preset}
        problem={
          backwards ? 'The end lies before the start' : refusal?.parameter === 'end_time' ? refusal.message : undefined
        }
      />
      <fieldset class="chips presets" aria-label="Presets">
        {PRESETS.map(({ preset: name, label }) => (
          <button key={name} type="button" aria-pressed={preset.value === name} onClick={() => choose(name)}>
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

function firstPreset(query: HistoryQuery | undefined): Preset | undefined {
  if (query === undefined) return '15m';
  return query.start === undefined && query.end === undefined ? 'all' : undefined;
}

interface TimeFieldProps {
  readonly label: string;
  /** What an empty field means. */
  readonly open: string;
  readonly time: { value: number | undefined };
  readonly touched: { value: Preset | undefined };
  readonly problem: string | undefined;
}

function TimeField({ label, open, time, touched, problem }: TimeFieldProps) {
  const name = zoneName(zone.value);
  const id = `field-${label.toLowerCase()}`;
  return (
    <div class={`field time ${problem === undefined ? '' : 'wrong'}`}>
      <label for={id}>
        {label} <small>{zoneLabel(zone.value)} time</small>
      </label>
      <input
        id={id}
        type="datetime-local"
        step={1}
        value={fieldText(name, time.value)}
        aria-describedby={`${id}-note`}
        aria-invalid={problem !== undefined}
        onChange={(event) => {
          touched.value = undefined;
          time.value = readField(name, event.currentTarget.value);
        }}
      />
      <small id={`${id}-note`} class="note" role={problem === undefined ? undefined : 'alert'}>
        {problem ?? otherClocks(time.value, zone.value) ?? `Empty: ${open}`}
      </small>
    </div>
  );
}

/** The same moment on the clocks that are not chosen. */
function otherClocks(micros: number | undefined, chosen: ZoneChoice): string | undefined {
  if (micros === undefined) return undefined;
  const own = zoneName(chosen);
  const others = ZONE_CHOICES.filter((choice) => choice !== chosen && zoneName(choice) !== own);
  const seen = new Set<string>();
  return others
    .filter((choice) => !seen.has(zoneName(choice)) && seen.add(zoneName(choice)))
    .map((choice) => `${zoneLabel(choice)} ${dateTimeText(choice, micros)}`)
    .join(' · ');
}
