import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { GraphDrawStyle } from '@grafana/grafana-foundation-sdk/common';
import { type Panel, RowBuilder, type RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chart } from '../build/chart.ts';
import { figure } from '../build/figure.ts';
import { levels } from '../build/levels.ts';
import { list, moments } from '../build/list.ts';
import { measured } from '../build/measured.ts';
import { PANEL_IDS } from '../panel-ids.ts';
import { literal, sql } from '../sql.ts';

export const alertsRow = (): Builder<RowPanel> => new RowBuilder('Alerts').id(PANEL_IDS.alertsRow);

/** What rules fired, and whether those who wanted to hear of it did. */
export function alerts(): readonly Builder<Panel>[] {
  return [...alertFigures(), firingsOverTime(), deliveries(), deliveryLag(), latestFirings(), troubledDeliveries()];
}

function alertFigures(): readonly Builder<Panel>[] {
  return [
    figure(
      PANEL_IDS.firings,
      'Fired',
      'Firings of rules in the time range.',
      'SELECT count(*)::float8 AS firings FROM alert_firings WHERE $__timeFilter(recorded_at)',
    ),
    figure(
      PANEL_IDS.delivered,
      'Delivered',
      'Deliveries that a receiver took in the time range.',
      'SELECT count(*)::float8 AS deliveries FROM alert_deliveries WHERE $__timeFilter(delivered_at)',
    ),
    figure(
      PANEL_IDS.givenUp,
      'Given up',
      'Deliveries that were tried for a day, and in the time range for the last time.',
      sql`
        SELECT count(*)::float8 AS deliveries
        FROM alert_deliveries WHERE state = 'failed' AND $__timeFilter(failed_at)`,
    ).thresholds(levels('green', ['red', 1])),
    figure(
      PANEL_IDS.oldestWaiting,
      'Oldest that waits',
      'How long the oldest delivery has waited that is neither done nor given up.',
      sql`
        SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS seconds
        FROM alert_deliveries WHERE state = 'waiting'`,
    )
      .unit('s')
      .thresholds(levels('green', ['orange', 60], ['red', 3600])),
  ].map((panel, index) => (index === 3 ? panel : panel.unit('short')).span(6).decimals(0));
}

function firingsOverTime(): Builder<Panel> {
  return bars(
    PANEL_IDS.firingsOverTime,
    'Firings',
    'Transitions that fired, each written with the tick that it is about.',
    sql`
      SELECT $__timeGroupAlias(recorded_at, $__interval), count(*)::float8 AS firings
      FROM alert_firings WHERE $__timeFilter(recorded_at) GROUP BY 1 ORDER BY 1`,
  );
}

function deliveries(): Builder<Panel> {
  const sum = (metric: string): string => `coalesce(sum(value) FILTER (WHERE metric = ${literal(metric)}), 0)`;
  return bars(
    PANEL_IDS.deliveriesOverTime,
    'Deliveries',
    'What receivers took, attempts that failed (they are made again), and what was given up.',
    measured(
      `${sum('alerts_delivered')} AS delivered,
${sum('alert_delivery_failures')} AS failed,
${sum('alerts_given_up')} AS "given up"`,
      // There is a row of every flush, so that a time in which nothing fired shows 0.
      ['alerts_delivered', 'alert_delivery_failures', 'alerts_given_up', 'flush_rows'],
    ),
  );
}

function deliveryLag(): Builder<Panel> {
  const spread = (share: number): string =>
    `percentile_cont(${share}) WITHIN GROUP (ORDER BY extract(epoch FROM delivered_at - created_at))`;
  return chart(
    PANEL_IDS.deliveryLag,
    'From firing to receiver',
    'Time from when a firing was written until a receiver had taken it.',
    sql`
      SELECT $__timeGroupAlias(delivered_at, $__interval), ${spread(0.5)} AS p50, ${spread(0.99)} AS p99
      FROM alert_deliveries WHERE $__timeFilter(delivered_at) GROUP BY 1 ORDER BY 1`,
  )
    .span(8)
    .interval('30s')
    .unit('s');
}

function latestFirings(): Builder<Panel> {
  return list(
    PANEL_IDS.latestFirings,
    'Latest firings',
    'The newest first.',
    sql`
      SELECT "timestamp" AS moment, rule_name AS rule, exchange_name AS exchange, stock_name AS stock, price, text
      FROM alert_firings WHERE $__timeFilter("timestamp") ORDER BY "timestamp" DESC, id LIMIT 200`,
  )
    .span(12)
    .height(8)
    .timeFrom('24h')
    .overrideByName('moment', moments());
}

function troubledDeliveries(): Builder<Panel> {
  return list(
    PANEL_IDS.troubledDeliveries,
    'Deliveries that wait or were given up',
    'By receiver, with the last error of the newest.',
    sql`
      SELECT receivers.name AS receiver, state, count(*)::float8 AS deliveries, max(attempts)::float8 AS attempts,
        min(deliveries.created_at) AS since, (array_agg(error ORDER BY deliveries.created_at DESC))[1] AS error
      FROM alert_deliveries AS deliveries JOIN alert_receiver_names AS receivers ON receivers.id = receiver_id
      WHERE state <> 'delivered' AND $__timeFilter(deliveries.created_at) GROUP BY 1, 2 ORDER BY 2, 1`,
  )
    .span(12)
    .height(8)
    .timeFrom('7d')
    .overrideByName('since', moments());
}

function bars(...[id, title, description, rawSql]: Parameters<typeof chart>): Builder<Panel> {
  return chart(id, title, description, rawSql)
    .span(8)
    .interval('30s')
    .unit('short')
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(60);
}
