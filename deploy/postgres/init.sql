-- Roles and what each may do. Runs when a cluster is made and at every start after that, so that it must not mind
-- finding its own work done. The tables are the subscriber's: its migrations make them, as tickwatch_writer.
\set ON_ERROR_STOP on
\getenv superuser POSTGRES_USER
\getenv superuser_password POSTGRES_PASSWORD
\getenv database POSTGRES_DB
\getenv writer_password TICKWATCH_WRITER_PASSWORD
\getenv reader_password TICKWATCH_READER_PASSWORD
\getenv metrics_password TICKWATCH_METRICS_PASSWORD
\getenv notifier_password TICKWATCH_NOTIFIER_PASSWORD
\getenv grafana_password GRAFANA_READER_PASSWORD
\getenv replica_password TICKWATCH_REPLICA_PASSWORD

SET client_min_messages = warning;
BEGIN;

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['tickwatch_writer', 'tickwatch_reader', 'tickwatch_notifier', 'tickwatch_metrics', 'grafana_reader',
  'tickwatch_network']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

-- The writer and owner of the tables: the subscriber.
ALTER ROLE tickwatch_writer LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 20
  PASSWORD :'writer_password';
-- Reads everything: the backend.
ALTER ROLE tickwatch_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 30
  PASSWORD :'reader_password';
ALTER ROLE tickwatch_reader SET default_transaction_read_only = on;
-- Reads what fired and whom to tell, and writes what became of it: the notifier.
ALTER ROLE tickwatch_notifier LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 10
  PASSWORD :'notifier_password';
-- Adds rows to metrics: Vector.
ALTER ROLE tickwatch_metrics LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 10
  PASSWORD :'metrics_password';
-- Reads what the panels show: Grafana, whose users may write their own queries. A slow one is ended.
ALTER ROLE grafana_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 15
  PASSWORD :'grafana_password';
ALTER ROLE grafana_reader SET default_transaction_read_only = on;
ALTER ROLE grafana_reader SET statement_timeout = '30s';
ALTER ROLE grafana_reader SET work_mem = '16MB';

-- Copies the whole server and follows it: a replica, where the stack has one. It can't log in to a database.
SELECT 'CREATE ROLE tickwatch_replica'
WHERE :{?replica_password} AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickwatch_replica') \gexec
\if :{?replica_password}
ALTER ROLE tickwatch_replica LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 6
  PASSWORD :'replica_password';
\else
SELECT 'ALTER ROLE tickwatch_replica NOLOGIN'
WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickwatch_replica') \gexec
\endif

-- Whom an operator grants it, may log in by network (pg_hba.conf).
ALTER ROLE tickwatch_network NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;

-- For nobody: by network the superuser is refused, and over the socket it needs none.
ALTER ROLE :"superuser" PASSWORD :'superuser_password';

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database"
  TO tickwatch_writer, tickwatch_reader, tickwatch_notifier, tickwatch_metrics, grafana_reader;
GRANT TEMPORARY ON DATABASE :"database" TO tickwatch_writer;

ALTER SCHEMA public OWNER TO tickwatch_writer;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tickwatch_reader, tickwatch_notifier, tickwatch_metrics, grafana_reader;

-- What each may do with the tables is granted by the migrations that make them; the reader may see every one.
ALTER DEFAULT PRIVILEGES FOR ROLE tickwatch_writer IN SCHEMA public GRANT SELECT ON TABLES TO tickwatch_reader;

COMMIT;
