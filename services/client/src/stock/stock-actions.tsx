import type { ReadonlySignal } from '@preact/signals';
import { CopyLink } from '../ui/copy-link.tsx';
import type { StockName } from './candle-source.ts';
import { addressWith, rangeParameters } from './chart-address.ts';
import type { ChartChoices } from './chart-choices.ts';
import { GoToDate } from './go-to-date.tsx';
import { splitAddress } from './split-address.ts';
import { chartOf } from './split-chart.ts';
import type { WantedRange } from './wanted-range.ts';

interface Props {
  readonly name: StockName;
  readonly choices: ChartChoices;
  readonly wanted: ReadonlySignal<WantedRange>;
  /** What is seen now, epoch seconds. */
  readonly visible: () => { readonly from: number; readonly to: number };
  readonly goTo: (at: number) => void;
}

/** What can be done with a chart as a whole: leading it to a date, setting others beside it, passing it on. */
export function StockActions({ name, choices, wanted, visible, goTo }: Props) {
  const current = wanted.value;
  const middle = (): number => {
    const { from, to } = visible();
    return current.kind === 'at' ? current.at : (from + to) / 2;
  };
  const moment = (): string | undefined =>
    wanted.peek().kind === 'live'
      ? addressWith(location.href, rangeParameters({ kind: 'past', ...visible() }))
      : undefined;
  return (
    <div class="stock-actions">
      <GoToDate shown={middle} go={goTo} />
      <a
        class="button"
        href={splitAddress({ charts: [chartOf(name, choices), undefined], wanted: current })}
        title="Set other charts beside it"
      >
        Split
      </a>
      <CopyLink address={() => addressWith(location.href, rangeParameters(wanted.peek()))} momentAddress={moment} />
    </div>
  );
}
