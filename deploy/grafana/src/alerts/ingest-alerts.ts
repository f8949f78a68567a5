import { PANEL_IDS } from '../panel-ids.ts';
import { sql } from '../sql.ts';
import type { AlertRule } from './alert-rule.ts';

/** Nothing is stored any more, or too slowly. */
export const INGEST_ALERTS: readonly AlertRule[] = [
  {
    uid: 'tickwatch-no-insert',
    title: 'No insert for a minute',
    severity: 'critical',
    summary: 'Nothing has been stored for over a minute.',
    description:
      'Look at `docker logs subscriber` and at its /readyz: the feed, PostgreSQL or the log collector is away. ' +
      "What arrives meanwhile waits in the subscriber's spool.",
    panelId: PANEL_IDS.sinceLastInsert,
    rawSql: sql`
      SELECT max(timestamp) AS "time", extract(epoch FROM now() - max(timestamp))::float8 AS seconds
      FROM metrics
      WHERE $__timeFilter(timestamp) AND metric = 'insert_latency'
      HAVING count(*) > 0`,
    overSeconds: 600,
    above: 60,
    lasting: '30s',
    // No row at all in ten minutes is the worst case of what is watched here.
    withoutData: 'Alerting',
  },
  {
    uid: 'tickwatch-slow-inserts',
    title: 'Inserts are slow',
    severity: 'warning',
    summary: 'A batch insert takes over a second (p95 of two minutes).',
    description:
      'At five seconds a batch would not be done before the next is due. Look at checkpoints and locks in ' +
      '`docker logs postgres`, and at the panel "Rows a flush".',
    panelId: PANEL_IDS.insertLatency,
    rawSql: sql`
      SELECT max(timestamp) AS "time", percentile_cont(0.95) WITHIN GROUP (ORDER BY value) AS seconds
      FROM metrics
      WHERE $__timeFilter(timestamp) AND metric = 'insert_latency'
      HAVING count(*) > 0`,
    overSeconds: 120,
    above: 1,
    lasting: '2m',
    withoutData: 'OK',
  },
];
