import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { GraphDrawStyle } from '@grafana/grafana-foundation-sdk/common';
import { type Panel, RowBuilder, type RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chart, signedChart } from '../build/chart.ts';
import { list, moments } from '../build/list.ts';
import { measured, together } from '../build/measured.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { sql } from '../sql.ts';

export const qualityRow = (): Builder<RowPanel> => new RowBuilder('Quality of the feed').id(PANEL_IDS.qualityRow);

/** How good what was received is: marks only, nothing of it is left out of a figure. */
export function quality(): readonly Builder<Panel>[] {
  return [holesFound(), clockDrift(), frozenStocks(), burst(), outliersFound(), outliers()];
}

/** Of every flush there is a row, so that a time without an event shows 0, not a hole. */
const EACH_FLUSH = 'flush_rows';

function holesFound(): Builder<Panel> {
  return chart(
    PANEL_IDS.holesFound,
    'Holes found',
    'Holes as the subscriber found them, and how many messages are known to be missing in them.',
    measured(
      `count(*) FILTER (WHERE metric = 'hole_messages') AS holes,
coalesce(sum(value) FILTER (WHERE metric = 'hole_messages'), 0) AS messages`,
      ['hole_messages', EACH_FLUSH],
    ),
  )
    .interval('30s')
    .unit('short')
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(60);
}

function clockDrift(): Builder<Panel> {
  return signedChart(
    PANEL_IDS.clockDrift,
    "Drift of publishers' clocks",
    'Time of arrival less the time in the message: above 0 they are late or their clock is behind, below 0 it is ahead.',
    measured('max(value) AS largest, min(value) AS smallest', ['publisher_clock_drift']),
  ).unit('s');
}

function frozenStocks(): Builder<Panel> {
  return chart(
    PANEL_IDS.frozenStocks,
    'Frozen stocks',
    'Stocks of which ticks come and whose price stands still.',
    together({ stocks: 'frozen_stocks' }),
  )
    .interval('30s')
    .unit('short')
    .decimals(0);
}

function burst(): Builder<Panel> {
  return chart(
    PANEL_IDS.burst,
    'Bursts',
    'Ticks of the fullest second.',
    measured('max(value) AS "ticks a second"', ['burst']),
  ).unit('short');
}

function outliersFound(): Builder<Panel> {
  return chart(
    PANEL_IDS.outliersFound,
    'Outliers found',
    'Ticks far from what their stock cost just before. They stay in every figure.',
    measured(`coalesce(sum(value) FILTER (WHERE metric = 'outliers'), 0) AS ticks`, ['outliers', EACH_FLUSH]),
  )
    .interval('30s')
    .unit('short')
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(60);
}

function outliers(): Builder<Panel> {
  return list(
    PANEL_IDS.outliers,
    'Outliers',
    'The newest first: price, the median of the prices before it, and how many times their usual distance it lies away.',
    sql`
      SELECT timestamp AS tick, stock_name AS stock, exchange_name AS exchange, price, median,
        abs(price - median) / nullif(deviation, 0) AS deviations
      FROM outliers WHERE $__timeFilter(timestamp) ORDER BY timestamp DESC, stock_name LIMIT 200`,
  )
    .span(12)
    .height(8)
    .timeFrom('24h')
    .overrideByName('tick', moments())
    .overrideByName('deviations', [{ id: 'decimals', value: 1 }]);
}
