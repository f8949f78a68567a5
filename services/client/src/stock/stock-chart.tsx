import { effect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import type { StockRow } from '../board/stock-row.ts';
import { nowMs } from '../clock.ts';
import { type ZoneChoice, zoneName } from '../format/zone.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { rememberInAddress, stepInAddress } from '../router.ts';
import { zone } from '../settings.ts';
import { AddressKeeper } from './address-keeper.ts';
import type { StockName } from './candle-source.ts';
import { type ChartAddress, rangeParameters } from './chart-address.ts';
import { choiceParameters } from './chart-choices.ts';
import { ChartController } from './chart-controller.ts';
import { ChartPanel } from './chart-panel.tsx';
import { ChartTools } from './chart-tools.tsx';
import type { KnownStock } from './known-stock.ts';
import { MomentNote } from './late-notes.tsx';
import { StockActions } from './stock-actions.tsx';
import { StockFigures } from './stock-figures.tsx';
import { ended, rangeNow } from './wanted-range.ts';

/** The style of a stock's chart where none is named. */
export const STOCK_STYLE = 'candles';

interface Props {
  readonly name: StockName;
  readonly address: ChartAddress;
  readonly known: KnownStock;
  readonly row: StockRow | undefined;
  readonly market: Market;
  readonly live: LiveFeed;
  /** Stands beside what can be done with the chart. */
  readonly head: ComponentChildren;
  /** What is to be said above the chart. */
  readonly children: ComponentChildren;
}

/** A stock's chart with its tools and figures, kept in the address. */
export function StockChart({ name, address, known, row, market, live, head, children }: Props) {
  const keeper = useMemo(() => createKeeper(address, known), [address, known]);
  // Another zone moves the days' bounds and all labels: the chart begins anew at the range that was visible.
  const controller = useMemo(
    () => createController(name, address, keeper, known, live, zone.value),
    [address, keeper, known, live, zone.value, zoneName(zone.value)],
  );
  useEffect(() => {
    keeper.write(false);
    const end = effect(() => rememberInAddress(choiceParameters(address.choices, STOCK_STYLE)));
    return () => {
      end();
      keeper.dispose();
    };
  }, [address, keeper]);
  const goTo = (at: number): void => {
    const { from, to } = visible(controller, keeper, known);
    keeper.choose({ kind: 'at', at, span: to - from });
    controller.lookAt(rangeNow(keeper.wanted.peek(), nowMs() / 1000));
  };
  return (
    <>
      <div class="stock-top">
        {head}
        <StockActions
          name={name}
          choices={address.choices}
          wanted={keeper.wanted}
          visible={() => visible(controller, keeper, known)}
          goTo={goTo}
        />
      </div>
      {children}
      <ChartTools controller={controller} market={market} />
      <MomentNote name={name} wanted={keeper.wanted} go={goTo} />
      <ChartPanel controller={controller} zone={zone.value} label={`Prices of ${name.stock}`} key={controller} />
      <StockFigures controller={controller} row={row} />
    </>
  );
}

/** What is seen now, with an end; before anything is drawn, what is to be seen. */
function visible(controller: ChartController, keeper: AddressKeeper, known: KnownStock) {
  const now = nowMs() / 1000;
  const range = controller.visibleRange() ?? rangeNow(keeper.wanted.peek(), now, known.lastTick());
  return ended(range, now, known.lastTick());
}

function createKeeper({ wanted }: ChartAddress, known: KnownStock): AddressKeeper {
  return new AddressKeeper({
    wanted,
    last: known.lastTick,
    write: (next, step) => (step ? stepInAddress : rememberInAddress)(rangeParameters(next)),
  });
}

function createController(
  name: StockName,
  { choices }: ChartAddress,
  keeper: AddressKeeper,
  known: KnownStock,
  live: LiveFeed,
  zoneChoice: ZoneChoice,
): ChartController {
  const last = known.lastTick();
  return new ChartController({
    ...{ name, live, choices },
    zone: zoneChoice,
    exchanges: () => (name.exchange === undefined ? known.exchanges.peek() : [name.exchange]),
    newest: Math.round((last ?? 0) * 1e6),
    range: rangeNow(keeper.wanted.peek(), nowMs() / 1000, last),
    lastTick: known.lastTick,
    rangeThen: async () => {
      await known.atMoment();
      return rangeNow(keeper.wanted.peek(), nowMs() / 1000, known.lastTick());
    },
    onChosen: keeper.chosen,
    onRange: keeper.moved,
  });
}
