import { PANEL_IDS } from '../panel-ids.ts';
import { sql } from '../sql.ts';
import type { AlertRule } from './alert-rule.ts';

/** Somebody who wanted to hear of firings does not. */
export const DELIVERY_ALERTS: readonly AlertRule[] = [
  {
    uid: 'tickwatch-delivery-given-up',
    title: 'A delivery was given up',
    severity: 'warning',
    summary: '{{ .Values.B }} deliveries of firings were given up: their receivers took nothing for a day.',
    description:
      'The panel "Deliveries that wait or were given up" has the receivers and their last errors. Correct the receiver, ' +
      'then let its deliveries be tried again: on the page of alerts, or by ' +
      'POST /api/alerts/firings/{id}/deliveries/{receiver}/retry.',
    panelId: PANEL_IDS.troubledDeliveries,
    // It is told for a day.
    rawSql: sql`
      SELECT now() AS "time", count(*)::float8 AS deliveries
      FROM alert_deliveries WHERE state = 'failed' AND $__timeFilter(failed_at)`,
    overSeconds: 86_400,
    above: 0,
    lasting: '0s',
    withoutData: 'OK',
  },
];
