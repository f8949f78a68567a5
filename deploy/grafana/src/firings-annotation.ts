import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type AnnotationQuery, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './datasource.ts';
import { tableOf } from './postgres-query.ts';
import { sql } from './sql.ts';

/** What rules fired, marked in every chart; the newest where there is too much for a chart to show. */
export function firingsAnnotation(): Builder<AnnotationQuery> {
  return new AnnotationQueryBuilder()
    .name('Firings')
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor('orange')
    .target(
      tableOf(sql`
        SELECT "timestamp" AS "time", rule_name || ': ' || text AS text,
          concat_ws(',', nullif(exchange_name, ''), nullif(stock_name, '')) AS tags
        FROM alert_firings WHERE $__timeFilter("timestamp") ORDER BY "timestamp" DESC LIMIT 300`),
    );
}
