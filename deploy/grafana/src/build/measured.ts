import { literal, sql } from '../sql.ts';

/** The largest value of each interval, a line for each metric; `lines` names them: `{ p50: 'api_latency_p50' }`. */
export function largest(lines: Readonly<Record<string, string>>): string {
  const columns = Object.entries(lines).map(
    ([name, metric]) => `max(value) FILTER (WHERE metric = ${literal(metric)}) AS "${name}"`,
  );
  return measured(columns.join(',\n'), Object.values(lines));
}

/** As {@link largest}, of each service, and all of them together: of what each of several has a part. */
export function together(lines: Readonly<Record<string, string>>): string {
  const columns = Object.entries(lines).map(
    ([name, metric]) => `sum(value) FILTER (WHERE metric = ${literal(metric)}) AS "${name}"`,
  );
  return sql`
    SELECT "time",
      ${columns.join(',\n')}
    FROM (
      SELECT $__timeGroupAlias(timestamp, $__interval), service, metric, max(value) AS value
      FROM metrics WHERE $__timeFilter(timestamp) AND ${among(Object.values(lines))} GROUP BY 1, 2, 3
    ) AS parts GROUP BY 1 ORDER BY 1`;
}

/** Some aggregates of `value` over each interval, of the rows of these metrics. */
export function measured(columns: string, metrics: readonly string[]): string {
  return sql`
    SELECT $__timeGroupAlias(timestamp, $__interval),
      ${columns}
    FROM metrics WHERE $__timeFilter(timestamp) AND ${among(metrics)} GROUP BY 1 ORDER BY 1`;
}

function among(metrics: readonly string[]): string {
  const [first = ''] = metrics;
  return metrics.length === 1 ? `metric = ${literal(first)}` : `metric IN (${metrics.map(literal).join(', ')})`;
}
