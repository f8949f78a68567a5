import { type EpochMicros, MICROS_PER_SECOND } from '@tickwatch/core';
import { toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';

export interface InsertLatencyRow {
  readonly time: EpochMicros;
  readonly flushes: number;
  /** Seconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly rowsPerFlush: number | null;
}

/** Batch inserts between two moments, in steps; from table `metrics`. */
export async function askInsertLatency(
  snapshot: Snapshot,
  span: { readonly from: EpochMicros; readonly until: EpochMicros; readonly stepMicros: number },
): Promise<readonly InsertLatencyRow[]> {
  const parameters = new Parameters();
  const [from, until] = [parameters.time(span.from), parameters.time(span.until)];
  const step = parameters.add(`${span.stepMicros} microseconds`, 'interval');
  const latency = `FILTER (WHERE metric = 'insert_latency')`;
  const percentile = (fraction: number): string =>
    `percentile_cont(${fraction}) WITHIN GROUP (ORDER BY value) ${latency}`;
  const text = `
    SELECT ${toMicros(`date_bin(${step}, timestamp, ${from})`)} AS micros,
           count(*) ${latency} AS flushes,
           ${percentile(0.5)} AS p50, ${percentile(0.95)} AS p95, ${percentile(0.99)} AS p99,
           max(value) ${latency} AS max,
           avg(value) FILTER (WHERE metric = 'flush_rows') AS rows_per_flush
      FROM metrics
     WHERE timestamp >= ${from} AND timestamp <= ${until} AND metric IN ('insert_latency', 'flush_rows')
     GROUP BY 1 HAVING count(*) ${latency} > 0 ORDER BY 1`;
  const rows = await snapshot.rows({ text, values: parameters.values });
  return rows.map((row) => ({
    time: Number(row.micros) as EpochMicros,
    flushes: Number(row.flushes),
    p50: Number(row.p50),
    p95: Number(row.p95),
    p99: Number(row.p99),
    max: Number(row.max),
    rowsPerFlush: row.rows_per_flush === null || row.rows_per_flush === undefined ? null : Number(row.rows_per_flush),
  }));
}

/** A step of whole seconds that cuts a span into at most `buckets`. */
export function stepMicros(from: number, until: number, buckets: number): number {
  return Math.max(1, Math.ceil((until - from) / buckets / MICROS_PER_SECOND)) * MICROS_PER_SECOND;
}
