import type { Span } from '../queries/range.ts';
import { LEVEL_WIDTH } from '../range-plan.ts';
import { type Row, toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Parameters } from '../sql/parameters.ts';
import { type OpenBucket, readTick } from './moment-parts.ts';
import type { MomentSpan } from './moment-span.ts';

export interface BucketsQuestion {
  readonly span: MomentSpan;
  /** From when on single ticks are asked for: at most the cut. µs. */
  readonly from: number;
  /** Whether a bucket that ended by the moment may stand for its ticks. */
  readonly takesWhole: boolean;
}

/**
 * Of some stocks those whose bucket of the moment, or one of before it that single ticks have to tell, holds ticks.
 * @param keys SQL: rows of stock_name, exchange_name
 */
export async function askOpenBuckets(
  snapshot: Snapshot,
  keys: string,
  parameters: Parameters,
  question: BucketsQuestion,
): Promise<readonly OpenBucket[]> {
  const { span, from, takesWhole } = question;
  const moment = parameters.time(span.moment);
  const of = 'r.stock_name = k.stock_name AND r.exchange_name = k.exchange_name';
  const tick = (end: 'open' | 'close'): string =>
    `${toMicros(`b.${end}_time`)} || ' ' || b.${end}_seq || ' ' || b.${end}`;
  const near = nearSpan(span, from);
  const hasNear =
    near === undefined
      ? 'false'
      : `EXISTS (SELECT FROM price_rollups AS r WHERE ${of} AND r.width = 'hour' AND r.bucket >= ${parameters.time(near.from)}
          AND r.bucket < ${parameters.time(near.until)} AND r.close_time >= ${parameters.time(from)})`;
  const text = `
    SELECT * FROM (
      SELECT k.stock_name, k.exchange_name, CASE WHEN b.close_time <= ${moment} THEN 1 END AS whole, b.count, b.high::text AS high, b.low::text AS low,
        ${tick('open')} AS first, ${tick('close')} AS last, b.bucket IS NOT NULL OR ${hasNear} AS is_open
      FROM (${keys}) AS k LEFT JOIN LATERAL (
        SELECT * FROM price_rollups AS r WHERE ${of} AND r.width = '${span.finest}' AND r.bucket = ${parameters.time(span.cut)}
          AND r.open_time <= ${moment} OFFSET 0) AS b ON true
    ) AS found WHERE is_open`;
  const rows = await snapshot.rows({ text, values: parameters.values });
  return rows.map((row) => readBucket(row, takesWhole));
}

/** The hours before that of the moment which single ticks have to tell a part of. */
function nearSpan({ cut }: MomentSpan, from: number): Span | undefined {
  return from < cut ? { from: Math.floor(from / LEVEL_WIDTH.hour) * LEVEL_WIDTH.hour, until: cut } : undefined;
}

function readBucket(row: Row, takesWhole: boolean): OpenBucket {
  const key = { stock: row.stock_name ?? '', exchange: row.exchange_name ?? '' };
  if (!takesWhole || row.whole === null) return { ...key, whole: undefined };
  return {
    ...key,
    whole: {
      first: readTick(key, row.first),
      last: readTick(key, row.last),
      high: row.high ?? '',
      low: row.low ?? '',
      ticks: Number(row.count),
      figures: true,
      minutes: false,
    },
  };
}
