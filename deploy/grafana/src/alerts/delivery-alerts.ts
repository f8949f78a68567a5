import { PANEL_IDS } from '../panel-ids.ts';
import { sql } from '../sql.ts';
import type { AlertRule } from './alert-rule.ts';

/** Somebody who wanted to hear of firings does not. */
export const DELIVERY_ALERTS: readonly AlertRule[] = [
  {
    uid: 'tickwatch-delivery-late',
    title: 'Deliveries wait',
    severity: 'warning',
    summary: 'What fired has waited for {{ .Labels.receiver }} for over a quarter of an hour.',
    description:
      'The panel "Deliveries that wait or were given up" has the last error of the receiver: correct it, and what waits comes ' +
      'at once. Without an error nobody sends: look at `docker logs notifier`.',
    panelId: PANEL_IDS.troubledDeliveries,
    // A row for each receiver, so that one for which nothing waits has a value too, 0.
    rawSql: sql`
      SELECT now() AS "time", name AS receiver, coalesce(extract(epoch FROM now() - oldest.created_at), 0)::float8 AS seconds
      FROM alert_receiver_names AS receivers LEFT JOIN LATERAL (
        SELECT created_at FROM alert_deliveries WHERE receiver_id = receivers.id AND state = 'waiting' AND $__timeFilter(created_at)
        ORDER BY created_at LIMIT 1) AS oldest ON true
      ORDER BY name`,
    // As long as a delivery may be tried at all.
    overSeconds: 30 * 86_400,
    above: 900,
    lasting: '0s',
    withoutData: 'OK',
  },
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
