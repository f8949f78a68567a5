import { effect } from '@preact/signals';
import { type Average, parseTime } from '@tickwatch/core';
import { useEffect, useMemo } from 'preact/hooks';
import { exchangesOf, type Market } from '../board/market.ts';
import { countText } from '../format/number-text.ts';
import { dateTimeText } from '../format/time-text.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { rememberInAddress } from '../router.ts';
import { zone } from '../settings.ts';
import { choiceParameters, readChoices } from '../stock/chart-choices.ts';
import { ChartController } from '../stock/chart-controller.ts';
import { ChartPanel } from '../stock/chart-panel.tsx';
import { ChartTools } from '../stock/chart-tools.tsx';
import { Figure } from '../stock/stock-figures.tsx';
import { CopyLink } from '../ui/copy-link.tsx';
import { Notice } from '../ui/notice.tsx';
import { Completeness } from './completeness.tsx';
import { Downloads } from './downloads.tsx';
import type { HistoryQuery } from './history-query.ts';
import { PriceTable } from './price-table.tsx';

interface Props {
  readonly query: HistoryQuery;
  readonly average: Average;
  readonly live: LiveFeed;
  readonly market: Market;
}

export function HistoryResult(props: Props) {
  const { query, average } = props;
  const controller = useMemo(() => (average.count === 0 ? undefined : createController(props)), [average, zone.value]);
  useEffect(
    () => controller && effect(() => rememberInAddress(choiceParameters(controller.choices, 'line'))),
    [controller],
  );
  const completeness = <Completeness query={query} complete={average.complete} holes={average.holes} />;
  if (controller === undefined) {
    return (
      <>
        <Notice title="No tick in this range">
          {query.stock} has no price between these two moments. Widen the range, or choose “All”.
        </Notice>
        {completeness}
      </>
    );
  }
  const clock = (text: string | null): string => dateTimeText(zone.value, parseTime(text ?? '') ?? 0, 6);
  return (
    <>
      <section class="figures" aria-label="Statistics">
        <dl>
          <Figure
            label="Average"
            title="Exact mean of all ticks"
            value={trimmed(average.average_price)}
            mark="average"
          />
          <Figure
            label="Time-weighted"
            title="Each price counts for as long as it was the price"
            value={trimmed(average.time_weighted_average)}
            mark="time-weighted"
          />
          <Figure label="Ticks" value={countText(average.count)} />
          <Figure label="Low" value={text(average.min)} />
          <Figure label="High" value={text(average.max)} />
          <Figure label="First" title={clock(average.first_time)} value={text(average.first)} />
          <Figure label="Last" title={clock(average.last_time)} value={text(average.last)} />
        </dl>
        <div class="actions">
          <CopyLink />
          <Downloads query={query} count={average.count} />
        </div>
      </section>
      {completeness}
      <div class="history-chart">
        <ChartTools controller={controller} market={props.market} ranges={false} />
        <ChartPanel controller={controller} zone={zone.value} label={`Prices of ${query.stock}`} key={zone.value} />
      </div>
      <PriceTable query={query} />
    </>
  );
}

/** Exact digits as they came. */
function text(value: string | number | null): string {
  return value === null ? '–' : String(value);
}

/** A mean has more digits than anyone reads: six behind the point, cut off, never rounded up to what it is not. */
function trimmed(value: string | number | null): string {
  if (value === null) return '–';
  const [whole = '', fraction = ''] = String(value).split('.');
  return fraction === '' ? whole : `${whole}.${fraction.slice(0, 6)}`;
}

function createController({ query, average, live, market }: Props): ChartController {
  // What was chosen since the page was opened is in its address alone.
  const address = new URLSearchParams(location.search);
  const first = (query.start ?? parseTime(average.first_time ?? '') ?? 0) / 1e6;
  const last = (query.end ?? parseTime(average.last_time ?? '') ?? 0) / 1e6;
  const kept = { from: Number(address.get('from') ?? Number.NaN), to: Number(address.get('to') ?? Number.NaN) };
  const whole = { from: first, to: Math.max(last, first + 1) };
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new ChartController({
    name: { stock: query.stock, exchange: query.exchange },
    live,
    zone: zone.value,
    exchanges: () => exchangesOf(market, { stock: query.stock, exchange: query.exchange }),
    newest: 0,
    range: kept.to > kept.from ? kept : whole,
    choices: readChoices(address, 'line', query.stock),
    onRange: ({ from, to }) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (location.pathname !== '/history' || !Number.isFinite(to)) return;
        rememberInAddress({ from: String(Math.round(from)), to: String(Math.round(to)) });
      }, 400);
    },
  });
}
