-- What each role may do, one row for some relations: whoever makes a table adds a row, and this function stays.
CREATE TABLE role_rights (
  role       text NOT NULL,
  privileges text[] NOT NULL,
  relations  text[] NOT NULL
);
INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{stock_prices,price_rollups,stock_totals,raw_retention,
    ingest_positions,ingest_members,rejected_payloads,rejected_counts,rejected_totals,import_progress,import_checkpoints,
    import_portions,import_numbers,gaps,coverage,outliers,metrics}'),
  ('tickwatch_writer', '{SELECT,INSERT}', '{rejected_messages}'),
  ('tickwatch_writer', '{SELECT}', '{stock_prices_days,set_aside_ticks,ingest_locks,schema_migrations}'),
  ('tickwatch_reader', '{SELECT}', '{stock_prices,price_rollups,stock_totals,set_aside_ticks,raw_retention,
    ingest_positions,ingest_members,rejected_messages,rejected_payloads,rejected_counts,rejected_totals,import_progress,
    import_checkpoints,import_portions,import_numbers,gaps,coverage,outliers,metrics,stock_prices_days,ingest_locks,
    schema_migrations}'),
  ('tickwatch_metrics', '{INSERT}', '{metrics}'),
  ('grafana_reader', '{SELECT}', '{metrics,stock_prices,price_rollups,stock_totals,raw_retention,ingest_positions,
    ingest_members,rejected_messages,rejected_counts,rejected_totals,gaps,coverage,outliers}');

CREATE OR REPLACE FUNCTION grant_to_roles() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  task record;
BEGIN
  FOR task IN
    SELECT role, privilege, relation
      FROM role_rights, unnest(privileges) AS privilege, unnest(relations) AS relation
     WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = role)
       AND NOT has_table_privilege((SELECT oid FROM pg_roles WHERE rolname = role), relation, privilege)
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', task.role);
    EXECUTE format('GRANT %s ON %I TO %I', task.privilege, task.relation, task.role);
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickwatch_writer')
    AND NOT has_function_privilege('tickwatch_writer', 'create_day_partition(date)', 'EXECUTE')
  THEN
    GRANT EXECUTE ON FUNCTION create_day_partition(date), drop_raw_before(date, integer) TO tickwatch_writer;
  END IF;
END
$$;
