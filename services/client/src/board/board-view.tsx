import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { shortCount } from '../format/number-text.ts';
import { zoneLabel } from '../format/zone.ts';
import { useKeys } from '../keys/use-keys.ts';
import { go, place, rememberInAddress, stockAddress } from '../router.ts';
import { colors, zone } from '../settings.ts';
import { useTitle } from '../ui/use-title.ts';
import { BoardHead } from './board-head.tsx';
import { BoardNotice } from './board-notice.tsx';
import { BoardPainter } from './board-painter.ts';
import { BoardRow, rowId } from './board-row.tsx';
import type { Market } from './market.ts';
import { arrange, parseSorting, type SortKey, sortingText } from './sorting.ts';
import type { StockRow } from './stock-row.ts';
import { useVisibleSlice } from './visible-slice.ts';

const RESORT_MS = 1000;
/** So few stocks get taller rows. */
const FEW_STOCKS = 12;

export function BoardView({ market }: { readonly market: Market }) {
  useTitle('Board');
  const query = place.peek().query;
  const text = useSignal(query.get('q') ?? '');
  const exchange = useSignal<string | undefined>(query.get('exchange') ?? undefined);
  const sorting = useSignal(parseSorting(query.get('sort')));
  const clock = useSignal(0);
  const active = useSignal<string | undefined>(undefined);
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLTableElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const painter = useMemo(() => new BoardPainter((row, now) => market.freshness(row, now)), [market]);

  const rows = useComputed(() => {
    market.version.value;
    clock.value;
    return arrange(market.rows.values(), { text: text.value, exchange: exchange.value }, sorting.value);
  });
  const exchanges = useComputed(() => {
    market.version.value;
    return [...new Set([...market.rows.values()].map((row) => row.exchange))].sort();
  });
  const few = market.rows.size <= FEW_STOCKS;
  const slice = useVisibleSlice(scroller, few);

  useLayoutEffect(() => {
    const leave = market.onChange(() => painter.touch());
    if (scroller.current !== null) painter.watch(scroller.current);
    return () => {
      leave();
      painter.dispose();
    };
  }, [market, painter]);
  useEffect(() => {
    // Rows that jump at every tick can't be read: prices move at once, the order once a second.
    const timer = setInterval(() => sorting.peek().key !== 'stock' && clock.value++, RESORT_MS);
    return () => clearInterval(timer);
  }, [clock, sorting]);
  useSignalEffect(() => {
    colors.value;
    zone.value;
    painter.recolor();
  });
  useSignalEffect(() => {
    rememberInAddress({
      q: text.value === '' ? undefined : text.value,
      exchange: exchange.value,
      sort: sortingText(sorting.value),
    });
  });
  useKeys('Board', [{ keys: ['/'], does: 'Filter the stocks', run: () => search.current?.focus() }]);

  const list = rows.value;
  const visible = list.slice(slice.value.start, slice.value.end);
  useEffect(() => {
    for (const row of visible) market.want(row);
  });

  const sortBy = (key: SortKey): void => {
    const current = sorting.value;
    const descending = current.key === key ? !current.descending : key !== 'stock' && key !== 'age';
    sorting.value = { key, descending };
  };
  const move = (event: KeyboardEvent): void => {
    const position = list.findIndex((row) => row.key === active.value);
    const target = targetOf(event.key, position, list.length, slice.value.page);
    if (event.key === 'Enter' && position >= 0) open(list[position], market);
    if (target === undefined) return;
    event.preventDefault();
    active.value = list[target]?.key;
    slice.value.reveal(target);
  };
  const activeRow = visible.find((row) => row.key === active.value);
  const pulse = market.pulse.value;

  return (
    <main class="board">
      <h1 class="unseen">Board of all stocks</h1>
      <div class="toolbar">
        <div class="field grow">
          <input
            ref={search}
            type="search"
            placeholder="Filter stocks   /"
            aria-label="Filter stocks by name"
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') grid.current?.focus();
            }}
          />
        </div>
        <fieldset class="chips" aria-label="Exchange">
          {[undefined, ...exchanges.value].map((name) => (
            <button
              key={name ?? ''}
              type="button"
              aria-pressed={exchange.value === name}
              onClick={() => {
                exchange.value = name;
              }}
            >
              {name ?? 'All'}
            </button>
          ))}
        </fieldset>
        <dl class="pulse">
          <div>
            <dt>Stocks</dt>
            <dd>{list.length}</dd>
          </div>
          <div class="gains">
            <dt>Up</dt>
            <dd>▲ {pulse.up}</dd>
          </div>
          <div class="loses">
            <dt>Down</dt>
            <dd>▼ {pulse.down}</dd>
          </div>
          <div class="rate">
            <dt>Ticks/s</dt>
            <dd>{shortCount(pulse.ticksPerSecond)}</dd>
          </div>
        </dl>
      </div>
      <div class={few ? 'grid roomy' : 'grid'} ref={scroller}>
        <table
          {...gridRole(activeRow)}
          ref={grid}
          aria-label={`Stocks, change since the day’s open (${zoneLabel(zone.value)} time)`}
          aria-rowcount={list.length + 1}
          onKeyDown={move}
        >
          <BoardHead sorting={sorting.value} sortBy={sortBy} />
          <tbody style={{ height: `${list.length * slice.value.rowHeight}px` }}>
            {visible.map((row, index) => (
              <BoardRow
                key={row.key}
                row={row}
                index={slice.value.start + index}
                top={(slice.value.start + index) * slice.value.rowHeight}
                active={row.key === active.value}
                several={isAmbiguous(row, market)}
                mounted={painter.mounted}
              />
            ))}
          </tbody>
        </table>
        <BoardNotice market={market} shown={list.length} filter={text} />
      </div>
    </main>
  );
}

/** One stop of the Tab key; arrow keys then move the active row, which the grid names. A table may be a grid (ARIA). */
function gridRole(active: StockRow | undefined) {
  return { role: 'grid', tabIndex: 0, 'aria-activedescendant': active && rowId(active) } as const;
}

function isAmbiguous(row: StockRow, market: Market): boolean {
  for (const other of market.rows.values()) if (other !== row && other.stock === row.stock) return true;
  return false;
}

function open(row: StockRow | undefined, market: Market): void {
  if (row !== undefined) go(stockAddress(row.stock, isAmbiguous(row, market) ? row.exchange : undefined));
}

function targetOf(key: string, position: number, length: number, page: number): number | undefined {
  if (length === 0) return undefined;
  const clamp = (value: number): number => Math.min(length - 1, Math.max(0, value));
  switch (key) {
    case 'ArrowDown':
      return clamp(position + 1);
    case 'ArrowUp':
      return clamp(position - 1);
    case 'PageDown':
      return clamp(position + page);
    case 'PageUp':
      return clamp(position - page);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
