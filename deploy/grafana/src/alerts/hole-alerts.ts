import type { GapReason } from '@tickwatch/core';
import { PANEL_IDS } from '../panel-ids.ts';
import { literal, sql } from '../sql.ts';
import type { AlertRule } from './alert-rule.ts';

/** Lines of a file that are no ticks: the import says so to whoever started it. */
const TOLD_BY_IMPORT: GapReason = 'rejected';

/** Messages are missing. That a lane stands still is no alert: the database cannot tell a silent exchange from it. */
export const HOLE_ALERTS: readonly AlertRule[] = [
  {
    uid: 'tickwatch-hole-recorded',
    title: 'A hole was recorded',
    severity: 'warning',
    // `.Labels` and not `$labels`: Grafana would take a name behind a $ in this file for a variable of its environment.
    summary: 'Messages of {{ .Labels.exchange }} are missing, or may be: {{ .Values.B }} holes within ten minutes.',
    description:
      'The panel "List of holes" and /api/gaps say from when to when, and why. A file of these ticks that is imported ' +
      'fills the hole.',
    panelId: PANEL_IDS.holes,
    // A row for each exchange that was ever heard, so that a rule without a hole has a value too, 0.
    rawSql: sql`
      SELECT now() AS "time", exchange_name AS exchange, count(*) FILTER (WHERE is_hole)::float8 AS holes
      FROM (
        SELECT exchange_name, false AS is_hole FROM coverage WHERE source IS NULL
        UNION ALL
        SELECT exchange_name, true FROM gaps
        WHERE $__timeFilter(recorded_at) AND reason <> ${literal(TOLD_BY_IMPORT)}
      ) AS known
      GROUP BY exchange_name ORDER BY exchange_name`,
    overSeconds: 600,
    above: 0,
    lasting: '0s',
    withoutData: 'OK',
  },
];
