import { Menu } from '../../ui/menu.tsx';
import type { PriceScale } from '../chart-choices.ts';
import type { ChartController } from '../chart-controller.ts';
import { BeyondStatus, ScaleTools } from '../scale-tools.tsx';

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
