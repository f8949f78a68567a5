import { go } from '../router.ts';
import { alertHere } from './alerts/alert-address.ts';
import type { ChartKey } from './chart-keys.ts';
import { toggleFullscreen } from './tools/fullscreen.ts';

/** Opens a menu of the tools of the chart that has the focus, else of the first on the page. */
function openMenu(handle: string): void {
  const tools = sectionOf(document.activeElement) ?? document;
  tools.querySelector<HTMLElement>(`[data-menu="${handle}"]`)?.click();
}

/** The part of the page that holds a chart and its tools. */
function sectionOf(element: Element | null): Element | null {
  return element?.closest('.pane') ?? element?.closest('.chart-panel')?.parentElement ?? null;
}

/** Keys of the chart's tools. */
export const TOOL_KEYS: readonly ChartKey[] = [
  {
    key: 'm',
    what: 'Measure: set the start at the crosshair, then the end; Escape ends it',
    run: ({ overlays }) => void overlays.mark(),
  },
  {
    key: 'a',
    what: 'Alert at the price under the crosshair, or at the newest',
    run: (controller) => {
      const form = alertHere(controller);
      if (form !== undefined) go(form);
    },
  },
  { key: 'c', what: 'Compare with other stocks', run: () => openMenu('compare') },
  { key: 's', what: 'Moving averages and Bollinger bands', run: () => openMenu('studies') },
  {
    key: 'Shift+F',
    what: 'Full screen, and back',
    run: () => {
      const section = sectionOf(document.activeElement) ?? document.querySelector('.chart-tools')?.parentElement;
      if (section) void toggleFullscreen(section);
    },
  },
];
