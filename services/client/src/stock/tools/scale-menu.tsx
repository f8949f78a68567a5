import { lazyPart } from '../../ui/lazy-part.tsx';
import { Loadable } from '../../ui/load-module.ts';
import { Menu } from '../../ui/menu.tsx';
import { BeyondStatus } from '../beyond-status.tsx';
import type { PriceScale } from '../chart-choices.ts';
import type { ChartController } from '../chart-controller.ts';

const ScaleTools = lazyPart(
  new Loadable(async () => (await import('../scale-tools.tsx')).ScaleTools),
  'The choice of a scale',
);

const LABELS: Readonly<Record<PriceScale, string>> = { linear: 'Scale', log: 'Log scale', percent: '% scale' };

/** How prices become heights; what a spike does to them can be mended at once. */
export function ScaleMenu({ controller }: { readonly controller: ChartController }) {
  const { scale, choices } = controller;
  const usual = choices.fit.value === 'usual';
  return (
    <>
      <Menu label={LABELS[scale.effective.value]} name="Price scale" handle="scale">
        {() => <ScaleTools controller={controller} />}
      </Menu>
      {(usual || scale.squashed.value) && (
        <button
          type="button"
          class={`tool ${usual ? '' : 'offered'}`}
          aria-pressed={usual}
          title="The height is for the usual prices; arrows tell of those beyond (o)"
          onClick={() => scale.toggleFit()}
        >
          Fit without outliers
        </button>
      )}
      <BeyondStatus controller={controller} />
    </>
  );
}
