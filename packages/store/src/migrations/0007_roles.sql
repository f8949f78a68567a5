-- Rights of the roles that a deployment may have (deploy/postgres creates them); roles that don't exist are skipped.
-- Called after every migration run by the owner, because roles may appear later than tables. tickwatch_writer needs
-- nothing here when it migrates: it owns everything.
CREATE FUNCTION grant_to_roles() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  task record;
BEGIN
  FOR task IN
    SELECT * FROM (VALUES
      ('tickwatch_writer', 'SELECT, INSERT, UPDATE, DELETE', 'stock_prices, price_rollups, raw_retention, ingest_positions,
        rejected_messages, import_progress, metrics, stock_prices_days'),
      ('tickwatch_writer', 'SELECT', 'schema_migrations'),
      ('tickwatch_reader', 'SELECT', 'stock_prices, price_rollups, raw_retention, ingest_positions, rejected_messages,
        import_progress, metrics, stock_prices_days, schema_migrations'),
      ('tickwatch_metrics', 'INSERT', 'metrics'),
      ('grafana_reader', 'SELECT', 'metrics, stock_prices, price_rollups, raw_retention, ingest_positions,
        rejected_messages')
    ) AS wanted (role, rights, tables)
    WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role AND rolname <> current_user)
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', task.role);
    EXECUTE format('GRANT %s ON %s TO %I', task.rights, task.tables, task.role);
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickwatch_writer' AND rolname <> current_user) THEN
    GRANT EXECUTE ON FUNCTION create_day_partition(date), drop_raw_before(date) TO tickwatch_writer;
  END IF;
END
$$;
