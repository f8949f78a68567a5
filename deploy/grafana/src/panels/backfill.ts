import { sql } from '../sql.ts';

/**
 * SQL for the files that were imported over a hole `g`: columns `wholly` and `partly`, both true or false. A file of
 * single stocks fills a hole of theirs wholly, one of a whole lane only in part. The import that found a hole fills it not.
 */
export function backfillOf(g: string): string {
  const hole = `tstzrange(${g}.from_time, ${g}.to_time, '[]')`;
  return sql`
    SELECT coalesce(range_agg(tstzrange(c.from_time, c.to_time, '[]'))
        FILTER (WHERE c.stock_name IS NULL OR c.stock_name = ALL (${g}.stocks)) @> ${hole}, false) AS wholly,
      count(*) > 0 AS partly
    FROM coverage AS c
    WHERE c.exchange_name = ${g}.exchange_name AND c.source IS NOT NULL AND c.source IS DISTINCT FROM ${g}.source
      AND tstzrange(c.from_time, c.to_time, '[]') && ${hole}`;
}
