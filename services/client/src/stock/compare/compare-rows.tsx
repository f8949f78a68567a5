import { fractionDigits, percentText, priceText } from '../../format/number-text.ts';
import { clockText, dateTimeText } from '../../format/time-text.ts';
import { isDaily } from '../interval.ts';
import type { OverlaidChart } from '../overlay.ts';
import { RemovableRow } from '../removable-row.tsx';
import type { ComparedFigures, Comparison } from './comparison.tsx';

interface Props {
  readonly comparison: Comparison;
  readonly chart: OverlaidChart;
}

/** Each stock with its price and its change since the left edge. */
export function CompareRows({ comparison, chart }: Props) {
  const { compare } = chart.choices;
  const [own, ...others] = comparison.figures.value;
  const stocks = comparison.stocks.value;
  if (stocks.length === 0) return null;
  return (
    <ul class="overlay-rows" aria-label="Compared stocks, in per cent since the left edge">
      {own !== undefined && (
        <RemovableRow mark="own" title={own.stock} remove={undefined}>
          <Change figures={own} />
        </RemovableRow>
      )}
      {stocks.map(({ stock, fault, model }, index) => {
        const figures = others.find((other) => other.stock === stock);
        return (
          <RemovableRow
            key={stock}
            mark={`compare-${index + 1}`}
            title={stock}
            remove={() => {
              compare.value = compare.value.filter((other) => other !== stock);
            }}
          >
            {figures !== undefined && <Change figures={figures} />}
            <span class="why">{why(chart, figures, fault.value, model.state.value)}</span>
          </RemovableRow>
        );
      })}
    </ul>
  );
}

function Change({ figures: { price, ratio } }: { readonly figures: ComparedFigures }) {
  if (price === undefined) return null;
  return (
    <>
      <b>{ratio === undefined ? '–' : percentText(ratio)}</b>
      <span class="price">{priceText(price, fractionDigits(price))}</span>
    </>
  );
}

type State = ReturnType<Comparison['stocks']['peek']>[number]['model']['state']['value'];

/** Why a stock has no figures, or not from the left edge on. */
function why(
  chart: OverlaidChart,
  figures: ComparedFigures | undefined,
  fault: string | undefined,
  state: State,
): string {
  if (fault !== undefined) return fault;
  if (state.state === 'failed') return `${state.message}; it is tried again`;
  if (state.state === 'loading') return 'loading …';
  if (figures === undefined || figures.price === undefined) return 'no tick in view';
  if (figures.base === 0) return 'its price at the left edge is 0: nothing is a per cent of it';
  if (figures.since === undefined) return '';
  const micros = figures.since * 1e6;
  const time = isDaily(chart.model.window.interval) ? dateTimeText(chart.zone, micros) : clockText(chart.zone, micros);
  return `from ${time}`;
}
