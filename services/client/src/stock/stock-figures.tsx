import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { StockRow } from '../board/stock-row.ts';
import { nowMs } from '../clock.ts';
import { countText, priceText } from '../format/number-text.ts';
import { zoneLabel } from '../format/zone.ts';
import { zone } from '../settings.ts';
import type { ChartController } from './chart-controller.ts';

interface Props {
  readonly controller: ChartController;
  readonly row: StockRow | undefined;
}

/** Figures of the visible range and of the day. */
export function StockFigures({ controller, row }: Props) {
  const averages = controller.averages.value;
  const digits = controller.digits.value;
  const seconds = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => seconds.value++, 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  seconds.value;
  const rate = row?.rate(nowMs() * 1000);
  const price = (value: number | undefined, more = 0): string =>
    value === undefined ? '–' : priceText(value, digits + more);
  return (
    <section class="figures" aria-label="Figures">
      <dl aria-label="Visible range">
        <Figure
          mark="average"
          label="Average"
          title="Mean of all ticks in the visible range"
          value={price(averages?.mean, 2)}
        />
        <Figure
          mark="time-weighted"
          label="Time-weighted"
          title="Each price counts for as long as it was the price"
          value={price(averages?.timeWeighted, 2)}
        />
        <Figure label="Low" value={price(averages?.low)} />
        <Figure label="High" value={price(averages?.high)} />
        <Figure label="Ticks" value={averages === undefined ? '–' : countText(averages.count)} />
      </dl>
      <dl aria-label="Day" class="day">
        <Figure
          label="Open"
          title={`First price of the day, ${zoneLabel(zone.value)} time`}
          value={price(row?.day?.open)}
        />
        <Figure label="Day low" value={price(row?.day?.low)} />
        <Figure label="Day high" value={price(row?.day?.high)} />
        <Figure label="Ticks/min" value={rate === undefined ? '–' : countText(rate)} />
      </dl>
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly title?: string;
  readonly mark?: string;
}

export function Figure({ label, value, title, mark }: FigureProps) {
  return (
    <div title={title} class={mark === undefined ? 'figure' : `figure mark-${mark}`}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
