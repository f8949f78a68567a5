-- Rights of the roles that a deployment may have (deploy/postgres creates them); roles that don't exist are skipped.
-- Called at every start of an owner, because roles may appear later than tables; grants only what is missing.
CREATE FUNCTION grant_to_roles() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  task record;
BEGIN
  FOR task IN
    SELECT role, privilege, relation FROM (VALUES
      ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{stock_prices,price_rollups,raw_retention,ingest_positions,
        rejected_messages,import_progress,metrics}'),
      ('tickwatch_writer', '{SELECT}', '{stock_prices_days,schema_migrations}'),
      ('tickwatch_reader', '{SELECT}', '{stock_prices,price_rollups,raw_retention,ingest_positions,rejected_messages,
        import_progress,metrics,stock_prices_days,schema_migrations}'),
      ('tickwatch_metrics', '{INSERT}', '{metrics}'),
      ('grafana_reader', '{SELECT}', '{metrics,stock_prices,price_rollups,raw_retention,ingest_positions,
        rejected_messages}')
    ) AS wanted (role, privileges, relations),
      unnest(privileges::text[]) AS privilege, unnest(relations::text[]) AS relation
    WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role)
      AND NOT has_table_privilege((SELECT oid FROM pg_roles WHERE rolname = role), relation, privilege)
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', task.role);
    EXECUTE format('GRANT %s ON %I TO %I', task.privilege, task.relation, task.role);
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickwatch_writer') THEN
    IF NOT has_function_privilege('tickwatch_writer', 'create_day_partition(date)', 'EXECUTE') THEN
      GRANT EXECUTE ON FUNCTION create_day_partition(date), drop_raw_before(date, integer) TO tickwatch_writer;
    END IF;
  END IF;
END
$$;
