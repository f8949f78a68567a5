import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { nowMs } from '../clock.ts';
import { countText, percentText } from '../format/number-text.ts';
import { stockAddress } from '../route.ts';
import { moversShown } from './board-settings.ts';
import type { BoardState } from './board-state.ts';
import { haveTurned, type Movers, moversOf } from './movers.ts';
import type { StockRow } from './stock-row.ts';

const EACH = 3;
/** A line whose stocks change more often can't be read at a glance; their figures follow the rows below. */
const AGAIN_SECONDS = 5;
const NONE: Movers = { gainers: [], losers: [], active: [] };

/** Which stocks move most, at a glance. Which they are holds still under a pointer and while it has the focus. */
export function MoversStrip({ state }: { readonly state: BoardState }) {
  const movers = useSignal(NONE);
  const second = useSignal(0);
  const root = useRef<HTMLElement>(null);
  const known = state.all.value.rows;
  useEffect(() => {
    const look = (): void => {
      if (root.current?.matches(':hover, :focus-within') === true) return;
      movers.value = moversOf(state.all.peek().rows, nowMs() * 1000, EACH);
    };
    look();
    const timer = setInterval(() => {
      second.value++;
      if (second.value % AGAIN_SECONDS === 0 || haveTurned(movers.peek())) look();
    }, 1000);
    return () => clearInterval(timer);
  }, [state, movers, second, known]);
  second.value;
  const link = (row: StockRow, figure: string, kind: string) => (
    <a
      key={row.key}
      class={kind}
      href={stockAddress(row.stock, state.isSeveral(row) ? row.exchange : undefined)}
      title={row.stock}
    >
      <span class="mover-name">{row.stock}</span> <b class="mover-figure">{figure}</b>
    </a>
  );
  const percent = (row: StockRow): string => percentText(row.changeRatio ?? 0);
  const rate = (row: StockRow): string => `${countText(row.rate(nowMs() * 1000) ?? 0)}/min`;
  return (
    <section class="movers" ref={root} aria-label="Movers">
      <div>
        <h2>Gainers</h2>
        {movers.value.gainers.map((row) => link(row, percent(row), 'gains'))}
      </div>
      <div>
        <h2>Losers</h2>
        {movers.value.losers.map((row) => link(row, percent(row), 'loses'))}
      </div>
      <div>
        <h2>Most active</h2>
        {movers.value.active.map((row) => link(row, rate(row), 'busy'))}
      </div>
      <button
        type="button"
        aria-label="Hide the movers"
        title="Hide the movers; the menu View brings them back"
        onClick={() => {
          moversShown.value = false;
        }}
      >
        ×
      </button>
    </section>
  );
}
