import { stringify } from 'yaml';
import { ALERT_GROUPS, provisioned } from './alerts/alert-groups.ts';
import { dashboard } from './dashboard.ts';

/** Folders below deploy/grafana that hold nothing but what is made here. */
export const MADE_FOLDERS = ['dashboards', 'provisioning/alerting'] as const;

export interface MadeFile {
  /** Below deploy/grafana. */
  readonly path: string;
  readonly text: string;
}

/** All that Grafana reads and this code makes. The same code makes the same bytes. */
export function madeFiles(): readonly MadeFile[] {
  return [
    { path: 'dashboards/tickwatch.json', text: `${JSON.stringify(dashboard(), null, 2)}\n` },
    ...ALERT_GROUPS.map(({ name, rules }) => ({
      path: `provisioning/alerting/${name}.yaml`,
      text: `# Made by \`npm run dashboards\` from deploy/grafana/src/alerts.\n${yamlOf(provisioned(name, rules))}`,
    })),
  ];
}

function yamlOf(document: unknown): string {
  // Through JSON, which leaves out the SDK's methods.
  return stringify(JSON.parse(JSON.stringify(document)), { lineWidth: 120, aliasDuplicateObjects: false });
}
