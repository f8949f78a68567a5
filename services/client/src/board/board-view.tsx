import { useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { ListBar } from '../lists/list-bar.tsx';
import { ListNews } from '../lists/list-news.tsx';
import { place, rememberInAddress } from '../router.ts';
import { entryName } from '../scroll-memory.ts';
import { AddressNotice } from '../ui/address-notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { BoardGrid } from './board-grid.tsx';
import { readQuestion } from './board-question.ts';
import { hasRoom, moversShown } from './board-settings.ts';
import { BoardState } from './board-state.ts';
import { BoardToolbar } from './board-toolbar.tsx';
import { recall } from './entry-memory.ts';
import type { Market } from './market.ts';
import { MoversStrip } from './movers-strip.tsx';

const ARRANGE_MS = 1000;

interface Props {
  readonly market: Market;
}

/** Each entry of the browser's history has a board of its own: its address says what it shows. */
export function BoardView({ market }: Props) {
  place.value;
  const entry = entryName();
  return <Board key={entry} entry={entry} market={market} />;
}

function Board({ market, entry }: Props & { readonly entry: string }) {
  const state = useMemo(
    () => new BoardState(market, readQuestion(place.peek().query), recall(entry)?.ownList === true),
    [market, entry],
  );
  const search = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLTableElement>(null);
  useTitle(state.list.value?.name ?? 'Board');
  useSignalEffect(() => rememberInAddress(state.parameters.value));
  useSignalEffect(() => {
    market.lead = state.lead.value;
  });
  useEffect(() => {
    const timer = setInterval(() => state.arrangeAgain(), ARRANGE_MS);
    return () => clearInterval(timer);
  }, [state]);
  return (
    <main class={market.changing.value ? 'board changing' : 'board'} aria-busy={market.changing.value}>
      <h1 class="unseen">Board of all stocks</h1>
      <BoardToolbar state={state} search={search} toGrid={() => grid.current?.focus()} />
      <AddressNotice problems={state.problems} />
      <ListBar state={state} />
      {moversShown.value && hasRoom.value && <MoversStrip state={state} />}
      <BoardGrid state={state} entry={entry} search={search} grid={grid} />
      <ListNews />
    </main>
  );
}
