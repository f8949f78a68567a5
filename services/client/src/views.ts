import { keyHelpPart, palettePart } from './commands/palette-host.tsx';
import { timeBarPart } from './moment/moment-host.tsx';
import type { Route } from './route.ts';
import { chartLibrary } from './stock/chart-library.ts';
import { OVERLAY_PARTS } from './stock/overlays.ts';
import { lazyView } from './ui/lazy-view.tsx';
import { Loadable } from './ui/load-module.ts';

const board = new Loadable(async () => (await import('./board/board-view.tsx')).BoardView);
const stock = new Loadable(async () => (await import('./stock/stock-view.tsx')).StockView);
const split = new Loadable(async () => (await import('./split/split-view.tsx')).SplitView);
const history = new Loadable(async () => (await import('./history/history-view.tsx')).HistoryView);
const system = new Loadable(async () => (await import('./system/system-view.tsx')).SystemView);
const alerts = new Loadable(async () => (await import('./alerts/alerts-view.tsx')).AlertsView);

export const BoardView = lazyView(board, 'The board');
export const StockView = lazyView(stock, 'The stock’s page');
export const SplitView = lazyView(split, 'The split view');
export const HistoryView = lazyView(history, 'The history');
export const SystemView = lazyView(system, 'The system’s page');
export const AlertsView = lazyView(alerts, 'The alerts');

const PARTS: Readonly<Record<Route['view'], readonly Loadable<unknown>[]>> = {
  board: [board],
  stock: [stock, chartLibrary],
  split: [split, chartLibrary],
  history: [history, chartLibrary],
  system: [system],
  alerts: [alerts],
  nothing: [],
};

/** Asks for what a view needs before it is drawn. @returns resolves when the view itself can be drawn */
export async function loadAhead(view: Route['view']): Promise<void> {
  const [own] = PARTS[view].map((part) => part.load());
  await own;
}

/** What may be wanted later, in the order in which it is likely. */
export const LATER = [
  stock,
  chartLibrary,
  palettePart,
  board,
  split,
  history,
  system,
  alerts,
  keyHelpPart,
  timeBarPart,
  ...OVERLAY_PARTS,
];
