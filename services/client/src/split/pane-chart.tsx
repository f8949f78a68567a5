import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { nowMs } from '../clock.ts';
import { dateText, plainClockText } from '../format/time-text.ts';
import { zoneName } from '../format/zone.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { zone } from '../settings.ts';
import type { StockName } from '../stock/candle-source.ts';
import { ChartController } from '../stock/chart-controller.ts';
import { ChartPanel } from '../stock/chart-panel.tsx';
import { CrosshairLink } from '../stock/drawing/crosshair-link.ts';
import type { KnownStock } from '../stock/known-stock.ts';
import { MomentNote } from '../stock/late-notes.tsx';
import { rangeNow } from '../stock/wanted-range.ts';
import type { Pane, SplitPage } from './split-page.ts';

interface Props {
  readonly pane: Pane;
  readonly page: SplitPage;
  readonly name: StockName;
  readonly known: KnownStock;
  readonly live: LiveFeed;
}

/** A chart that shows with others the same moment, and the same range while they are linked. */
export function PaneChart({ pane, page, name, known, live }: Props) {
  const controller = useMemo(
    () =>
      new ChartController({
        ...{ name, live, choices: pane.choices },
        zone: zone.value,
        exchanges: () => (name.exchange === undefined ? known.exchanges.peek() : [name.exchange]),
        newest: Math.round((known.lastTick() ?? 0) * 1e6),
        range: rangeNow(page.wantedIn(pane), nowMs() / 1000, known.lastTick()),
        lastTick: known.lastTick,
        rangeThen: async () => {
          await known.atMoment();
          return rangeNow(page.wantedIn(pane), nowMs() / 1000, known.lastTick());
        },
        onChosen: (range) => page.chosen(pane, range),
        onRange: (range) => page.moved(pane, range),
      }),
    [pane, page, known, live, zone.value, zoneName(zone.value)],
  );
  useEffect(() => {
    const { link } = page;
    let pointed = false;
    let keyed = false;
    const crosshair = new CrosshairLink({
      onMoment: (moment) => {
        pointed = moment !== undefined;
        link.point(pane.id, moment);
      },
      onPut: (bar) => controller.hover(bar, undefined),
    });
    const take = controller.add(crosshair);
    const leave = link.join(pane.id, { controller, put: (moment) => crosshair.put(moment) });
    // Keys move the crosshair without an event of the chart library's.
    const end = effect(() => {
      const legend = controller.legend.value;
      if (pointed || !link.leads(pane.id)) return;
      const hovered = legend?.hovered === true;
      if (hovered) crosshair.release();
      if (hovered || keyed) link.point(pane.id, hovered ? legend.bar.time : undefined);
      keyed = hovered;
    });
    return () => {
      end();
      leave();
      take();
    };
  }, [controller, pane, page]);
  return (
    <>
      <MomentNote
        name={name}
        wanted={page.linked.value ? page.keeper.wanted : pane.wanted}
        go={(at) => page.goTo(at)}
      />
      <div class="pane-chart">
        <ChartPanel controller={controller} zone={zone.value} label={`Prices of ${name.stock}`} key={controller} />
        <NoTickThen page={page} controller={controller} />
      </div>
    </>
  );
}

/** Where the crosshair of all is on a moment at which this stock has no candle, its legend tells of another one. */
function NoTickThen({ page, controller }: { readonly page: SplitPage; readonly controller: ChartController }) {
  const moment = page.link.moment.value;
  if (moment === undefined || controller.legend.value?.hovered === true) return null;
  return (
    <p class="no-tick-then">
      No tick at {dateText(zone.value, moment * 1e6)} {plainClockText(zone.value, moment * 1e6)}
    </p>
  );
}
