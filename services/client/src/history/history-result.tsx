import { effect, type ReadonlySignal, useComputed } from '@preact/signals';
import { type Average, parseTime } from '@tickwatch/core';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { exchangesOf, type Market } from '../board/market.ts';
import { zoneName } from '../format/zone.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { leaps } from '../moment/moment.ts';
import { rememberInAddress } from '../router.ts';
import { zone } from '../settings.ts';
import { choiceParameters, readChoices } from '../stock/chart-choices.ts';
import { ChartController } from '../stock/chart-controller.ts';
import type { ChartRange } from '../stock/chart-model.ts';
import { ChartPanel } from '../stock/chart-panel.tsx';
import { ChartTools } from '../stock/chart-tools.tsx';
import { CopyLink } from '../ui/copy-link.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import { useQuiet } from '../ui/quiet.ts';
import { Completeness } from './completeness.tsx';
import { Downloads } from './downloads.tsx';
import { HistoryFigures } from './history-figures.tsx';
import { HISTORY_STYLE, type HistoryQuery } from './history-query.ts';
import type { HistoryQuestion } from './history-question.ts';

// Below the chart, which comes first.
const PriceTable = lazyPart(
  new Loadable(async () => (await import('./price-table.tsx')).PriceTable),
  'The table of prices',
);

const NothingFound = lazyPart(
  new Loadable(async () => (await import('./nothing-found.tsx')).NothingFound),
  'Why there is nothing',
);

/** A chart that is moved changes with every frame. */
const REST_MS = 400;

interface Props {
  readonly question: HistoryQuestion;
  readonly average: Average;
  readonly live: LiveFeed;
  readonly market: Market;
}

/** The answer to a question: figures, what is missing, a chart of just that range, every price. */
export function HistoryResult({ question, average, live, market }: Props) {
  const { query } = question;
  const isLive = question.isLive.value;
  const hasTicks = average.count > 0;
  const isQuiet = useQuiet(hasTicks);
  // The lines of the chart stand at the figures beside it.
  const averages = useComputed(() => {
    const answer = question.answer.value;
    return answer.state === 'ready' ? averagesOf(answer.average) : undefined;
  });
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const onRange = (range: ChartRange): void => {
    clearTimeout(rest.current);
    rest.current = setTimeout(() => rememberRange(range), REST_MS);
  };
  const controller = useMemo(
    () => (hasTicks ? createController(question, average, live, market, averages, onRange) : undefined),
    // Which zone is the exchange's may be known later than the answer.
    [question, isLive, hasTicks, zone.value, zoneName(zone.value)],
  );
  useEffect(() => {
    if (controller === undefined) return undefined;
    const end = effect(() => rememberInAddress(choiceParameters(controller.choices, HISTORY_STYLE)));
    return () => {
      end();
      // The address is another question's by now.
      clearTimeout(rest.current);
    };
  }, [controller]);
  const completeness = <Completeness query={query} complete={average.complete} holes={average.holes} />;
  if (controller === undefined) {
    return (
      <>
        <NothingFound query={query} market={market} />
        {completeness}
      </>
    );
  }
  return (
    <>
      <HistoryFigures average={average} isLive={isLive} isChanging={question.changing.value}>
        <CopyLink />
        <Downloads query={query} count={average.count} />
      </HistoryFigures>
      {completeness}
      <div class="history-chart">
        <ChartTools controller={controller} market={market} ranges={false} />
        <ChartPanel controller={controller} zone={zone.value} label={`Prices of ${query.stock}`} key={controller} />
      </div>
      {isQuiet && <PriceTable query={query} key={leaps.value} />}
    </>
  );
}

function averagesOf({ average_price, time_weighted_average }: Average) {
  if (average_price === null) return undefined;
  return { mean: Number(average_price), timeWeighted: Number(time_weighted_average ?? average_price) };
}

/** What was asked, epoch seconds, end exclusive; up to now and on while it goes on. */
function boundsOf({ start, end }: HistoryQuery, isLive: boolean): ChartRange {
  return {
    from: start === undefined ? Number.NEGATIVE_INFINITY : start / 1e6,
    to: isLive || end === undefined ? Number.POSITIVE_INFINITY : (end + 1) / 1e6,
  };
}

function createController(
  { query, isLive }: HistoryQuestion,
  average: Average,
  live: LiveFeed,
  market: Market,
  averages: ReadonlySignal<ReturnType<typeof averagesOf>>,
  onRange: (range: ChartRange) => void,
): ChartController {
  // What was chosen since the page was opened is in its address alone.
  const address = new URLSearchParams(location.search);
  const goesOn = isLive.peek();
  const first = (query.start ?? parseTime(average.first_time ?? '') ?? 0) / 1e6;
  const last = (query.end ?? parseTime(average.last_time ?? '') ?? 0) / 1e6;
  const kept = { from: Number(address.get('from') ?? Number.NaN), to: Number(address.get('to') ?? Number.NaN) };
  const whole = { from: first, to: goesOn ? Number.POSITIVE_INFINITY : Math.max(last, first + 1) };
  return new ChartController({
    name: { stock: query.stock, exchange: query.exchange },
    live,
    zone: zone.value,
    exchanges: () => exchangesOf(market, { stock: query.stock, exchange: query.exchange }),
    newest: goesOn ? (parseTime(average.last_time ?? '') ?? 0) : 0,
    range: kept.to > kept.from ? kept : whole,
    bounds: boundsOf(query, goesOn),
    averages,
    choices: readChoices(address, HISTORY_STYLE, query.stock),
    // The same of what was asked; where it goes on now, and did not before, or the other way round, the chart begins anew.
    rangeThen: async () => whole,
    onRange,
  });
}

/** Of a range that goes on, nothing is kept. */
function rememberRange({ from, to }: ChartRange): void {
  const past = Number.isFinite(to);
  rememberInAddress({
    from: past ? String(Math.round(from)) : undefined,
    to: past ? String(Math.round(to)) : undefined,
  });
}
