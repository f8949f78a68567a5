import { DASHBOARD_UID } from '../dashboard.ts';
import { type AlertRule, ruleOf } from './alert-rule.ts';
import { DELIVERY_ALERTS } from './delivery-alerts.ts';
import { HOLE_ALERTS } from './hole-alerts.ts';
import { INGEST_ALERTS } from './ingest-alerts.ts';

/** Rules that are judged together; each group has a file of its name. */
export const ALERT_GROUPS: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[] = [
  { name: 'ingest', rules: INGEST_ALERTS },
  { name: 'holes', rules: HOLE_ALERTS },
  { name: 'deliveries', rules: DELIVERY_ALERTS },
];

/** A group as Grafana's alerting provisioning reads it from a file; its API has other names for the same. */
export function provisioned(name: string, rules: readonly AlertRule[]): unknown {
  return {
    apiVersion: 1,
    groups: [{ orgId: 1, name, folder: 'Tickwatch', interval: '30s', rules: rules.map(provisionedRule) }],
  };
}

function provisionedRule(rule: AlertRule): unknown {
  const { uid, title, condition, noDataState, execErrState, labels, annotations, data, for: lasting } = ruleOf(rule);
  const panel = { dashboardUid: DASHBOARD_UID, panelId: rule.panelId };
  return { uid, title, condition, for: lasting, noDataState, execErrState, ...panel, labels, annotations, data };
}
