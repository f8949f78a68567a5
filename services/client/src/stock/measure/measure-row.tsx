import { countText, decimalText, percentText, priceText, signedText } from '../../format/number-text.ts';
import { rangeText } from '../../format/time-text.ts';
import type { OverlaidChart } from '../overlay.ts';
import { lengthText } from './measured.ts';
import type { Measurement, MeasureState, Reading } from './measurement.tsx';

const NOTES: Readonly<Record<MeasureState, string>> = {
  choosing: 'from the candles shown',
  counting: 'counting …',
  exact: '',
  failed: 'from the candles shown: the exact figures could not be loaded',
};

/** What the measured range comes to, and how to end measuring. */
export function MeasureRow({
  measurement,
  chart,
}: {
  readonly measurement: Measurement;
  readonly chart: OverlaidChart;
}) {
  const reading = measurement.reading.value;
  if (reading === undefined) {
    return chart.measuring.value ? <p class="measure-row why">Drag over the chart to measure; Esc ends it</p> : null;
  }
  const end = (): void => {
    chart.measuring.value = false;
    measurement.clear();
  };
  return (
    <section class="measure-row" aria-label="Measured">
      <Figures reading={reading} chart={chart} />
      <span class="why">{NOTES[reading.state]}</span>
      <button type="button" aria-label="End measuring" title="End measuring (Esc)" onClick={end}>
        ×
      </button>
    </section>
  );
}

function Figures({ reading, chart }: { readonly reading: Reading; readonly chart: OverlaidChart }) {
  const { from, to, count, prices, exactMean, complete } = reading.measured;
  const digits = Math.max(2, chart.digits.value);
  const change = prices === undefined ? 0 : prices.last - prices.first;
  // Only what is settled is read out; while an end moves, that would never stop.
  const settled = reading.state === 'exact' || reading.state === 'failed';
  return (
    <span role={settled ? 'status' : undefined} class="measured">
      {prices === undefined ? (
        <b>no tick</b>
      ) : (
        <>
          <span class={change > 0 ? 'gains' : change < 0 ? 'loses' : ''}>
            <abbr title="last price less first price of the range">Δ</abbr>
            <b>{signedText(change, digits)}</b>
            {prices.first !== 0 && <b> ({percentText(change / Math.abs(prices.first))})</b>}
          </span>
          <span>
            <abbr title="mean of all its ticks">Avg</abbr>
            <b title={exactMean}>
              {exactMean === undefined ? priceText(prices.mean, digits) : decimalText(cut(exactMean))}
            </b>
          </span>
        </>
      )}
      <span>
        <abbr title="length of the range">Time</abbr>
        <b>{lengthText(to - from)}</b>
      </span>
      <span>
        <abbr title="ticks in the range">Ticks</abbr>
        <b>{countText(count)}</b>
      </span>
      <span class="why">{rangeText(chart.zone, from * 1e6, to * 1e6)}</span>
      {complete === false && <span class="incomplete">○ incomplete</span>}
    </span>
  );
}

/** Six digits behind the point, cut off; all of them are in the title. */
function cut(mean: string): string {
  const [whole = '', fraction = ''] = mean.split('.');
  return fraction === '' ? whole : `${whole}.${fraction.slice(0, 6)}`;
}
