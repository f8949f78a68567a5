import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DATASOURCE } from './datasource.ts';

/** What Grafana's PostgreSQL datasource is asked; the SDK has no type of its own for it. */
export interface PostgresQuery extends Dataquery {
  readonly refId: string;
  readonly datasource: typeof DATASOURCE;
  readonly editorMode: 'code';
  /** `time_series` needs a column "time"; a text column besides it names the series. */
  readonly format: 'table' | 'time_series';
  readonly rawQuery: true;
  readonly rawSql: string;
  /** Of alert rules, which have no panel that is so many pixels wide. */
  readonly intervalMs?: number;
  readonly maxDataPoints?: number;
}

type Resolution = Pick<PostgresQuery, 'intervalMs' | 'maxDataPoints'>;

/** A query whose rows are shown as they are. */
export function tableOf(rawSql: string): Builder<PostgresQuery> {
  return query('table', rawSql, {});
}

/** A query whose rows are points of lines: a column "time", and a number a line. */
export function seriesOf(rawSql: string, resolution: Resolution = {}): Builder<PostgresQuery> {
  return query('time_series', rawSql, resolution);
}

function query(format: PostgresQuery['format'], rawSql: string, resolution: Resolution): Builder<PostgresQuery> {
  return {
    build: () => ({
      refId: 'A',
      datasource: DATASOURCE,
      editorMode: 'code',
      format,
      rawQuery: true,
      rawSql,
      ...resolution,
      _implementsDataqueryVariant() {},
    }),
  };
}
