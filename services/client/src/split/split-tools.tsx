import { addressWith, rangeParameters } from '../stock/chart-address.ts';
import { GoToDate } from '../stock/go-to-date.tsx';
import { MOST_CHARTS, splitAddress } from '../stock/split-address.ts';
import { SPANS } from '../stock/tools/range-chips.tsx';
import { CopyLink } from '../ui/copy-link.tsx';
import type { SplitPage } from './split-page.ts';

/** What concerns all charts of the page: the range, whether they are linked, how they stand, how many there are. */
export function SplitTools({ page }: { readonly page: SplitPage }) {
  const panes = page.panes.value;
  const linked = page.linked.value;
  const wanted = page.keeper.wanted.value;
  const middle = (): number => {
    const { from, to } = page.seen();
    return wanted.kind === 'at' ? wanted.at : (from + to) / 2;
  };
  return (
    <div class="toolbar split-tools">
      <fieldset class="chips quiet" aria-label="Range of all charts">
        {SPANS.map(({ label, seconds }) => (
          <button
            key={label}
            type="button"
            title={`Show the last ${label} in all charts`}
            aria-pressed={linked && wanted.kind === 'live' && wanted.span === seconds}
            onClick={() => page.choose({ kind: 'live', span: seconds })}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <label class="check" title="Moving one chart moves all to the same time">
        <input type="checkbox" checked={linked} onChange={(event) => page.setLinked(event.currentTarget.checked)} />
        Linked ranges
      </label>
      {panes.length === 2 && (
        <button
          type="button"
          class="button layout"
          onClick={() => {
            page.stacked.value = !page.stacked.peek();
          }}
        >
          {page.stacked.value ? 'Side by side' : 'One above the other'}
        </button>
      )}
      <button type="button" class="button" disabled={panes.length >= MOST_CHARTS} onClick={() => page.add()}>
        Add chart
      </button>
      <GoToDate shown={middle} go={(at) => page.goTo(at)} />
      <CopyLink
        address={() => pageAddress(page)}
        momentAddress={() =>
          wanted.kind === 'live' && linked
            ? addressWith(
                new URL(pageAddress(page), location.href).href,
                rangeParameters({ kind: 'past', ...page.seen() }),
              )
            : undefined
        }
      />
    </div>
  );
}

/** The page's address as it is now, also while it is moved. */
function pageAddress(page: SplitPage): string {
  return splitAddress(page.state());
}
