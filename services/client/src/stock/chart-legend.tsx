import { countText, percentText, priceText, signedText } from '../format/number-text.ts';
import { dateText, plainClockText } from '../format/time-text.ts';
import type { ZoneChoice } from '../format/zone.ts';
import type { ChartController } from './chart-controller.ts';
import { INTERVAL_SECONDS, isDaily } from './interval.ts';

interface Props {
  readonly controller: ChartController;
  readonly zone: ZoneChoice;
}

/** The figures of one bar: the one under the crosshair, else the newest. */
export function ChartLegend({ controller, zone }: Props) {
  const legend = controller.legend.value;
  const digits = controller.digits.value;
  if (legend === undefined) return <div class="legend" />;
  const { bar, hovered, incomplete } = legend;
  const micros = bar.time * 1e6;
  const change = bar.close - bar.open;
  const end = bar.time + INTERVAL_SECONDS[controller.interval.value];
  const outliers = controller.notes.outliers.value.filter(({ time }) => time >= bar.time && time < end);
  const daily = isDaily(controller.interval.value);
  return (
    <div class={`legend ${change > 0 ? 'gains' : change < 0 ? 'loses' : ''} ${hovered ? 'hovered' : ''}`}>
      <span class="when">
        {daily ? dateText(zone, micros) : `${dateText(zone, micros)} ${plainClockText(zone, micros)}`}
      </span>
      {(['open', 'high', 'low', 'close'] as const).map((name) => (
        <Value key={name} label={name.slice(0, 1).toUpperCase()} what={name} value={priceText(bar[name], digits)} />
      ))}
      <span class="delta">
        {signedText(change, digits)}
        {bar.open > 0 && ` (${percentText(change / bar.open)})`}
      </span>
      <Value label="Ticks" what="ticks in this candle" value={countText(bar.count)} />
      <Value label="Avg" what="mean price of this candle" value={priceText(bar.sum / Math.max(1, bar.count), digits)} />
      {outliers[0] !== undefined && (
        <span class="outlier" title="Far from the prices just before it; it counts like any other">
          ◇ {priceText(outliers[0].price, digits)} (median {priceText(outliers[0].median, digits)})
          {outliers.length > 1 && ` and ${outliers.length - 1} more`}
        </span>
      )}
      {incomplete && (
        <span class="incomplete" title="Ticks of this candle are, or may be, missing">
          ○ incomplete
        </span>
      )}
    </div>
  );
}

interface ValueProps {
  readonly label: string;
  readonly what: string;
  readonly value: string;
}

/** One figure; its full value is in its title, however little room there is. */
function Value({ label, what, value }: ValueProps) {
  return (
    <span class="value" title={`${what}: ${value}`}>
      <abbr title={what}>{label}</abbr>
      <b>{value}</b>
    </span>
  );
}
