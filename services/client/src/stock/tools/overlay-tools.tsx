import type { Market } from '../../board/market.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { Loadable } from '../../ui/load-module.ts';
import { Menu } from '../../ui/menu.tsx';
import type { ChartController } from '../chart-controller.ts';

const StudiesMenu = lazyPart(new Loadable(async () => (await import('./studies-menu.tsx')).StudiesMenu), 'The studies');
const CompareMenu = lazyPart(
  new Loadable(async () => (await import('./compare-menu.tsx')).CompareMenu),
  'The comparison',
);

interface Props {
  readonly controller: ChartController;
  readonly market: Market;
}

/** What can be laid over a chart. */
export function OverlayTools({ controller, market }: Props) {
  const { choices, overlays, name } = controller;
  return (
    <>
      <Menu label={counted('Studies', choices.studies.value.length)} name="Studies" handle="studies">
        {() => <StudiesMenu choices={choices} />}
      </Menu>
      <Menu label={counted('Compare', choices.compare.value.length)} name="Compare" handle="compare">
        {() => <CompareMenu choices={choices} market={market} own={name.stock} />}
      </Menu>
      <button
        type="button"
        class="tool"
        aria-pressed={overlays.measuring.value}
        title="Drag over the chart to measure; with Shift at any time"
        onClick={() => {
          overlays.measuring.value = !overlays.measuring.value;
        }}
      >
        Measure
      </button>
    </>
  );
}

function counted(name: string, count: number) {
  return count === 0 ? name : `${name} ${count}`;
}
