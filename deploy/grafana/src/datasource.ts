/** The datasource that `provisioning/datasources/postgres.yaml` makes. */
export const DATASOURCE = { type: 'grafana-postgresql-datasource', uid: 'tickwatch-postgres' } as const;
