-- Rules that say when somebody wants to hear of something, and what they fired.

CREATE TABLE alert_rules (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- What is watched, as the API takes it, with its defaults.
  definition    jsonb NOT NULL,
  is_enabled    boolean NOT NULL DEFAULT true,
  snoozed_until timestamptz,
  -- Counts changes of what is watched: phases of an earlier one are of no use.
  revision      integer NOT NULL DEFAULT 1,
  -- What was received before does not fire it.
  begins        timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
  created_at    timestamptz NOT NULL DEFAULT now(),
  changed_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_alert_rules_created ON alert_rules (created_at, id);

-- One row: grows with every change of any rule. A commit says by which version its ticks were judged. It is the time (µs) of
-- the change, or one more than before: a database that is restored comes to no version again under which others knew other rules.
CREATE TABLE alert_version (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  version bigint NOT NULL,
  -- Every change since this version is in alert_rule_changes.
  changes_from bigint NOT NULL
);
INSERT INTO alert_version (version, changes_from) VALUES (1, 1);

-- Which rules changed, or went, with which version, for an hour: whoever knows a version need not read all rules again.
CREATE TABLE alert_rule_changes (
  version bigint NOT NULL,
  rule_id uuid NOT NULL
);
CREATE INDEX idx_alert_rule_changes ON alert_rule_changes (version);

CREATE FUNCTION note_alert_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  next bigint := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
  kept constant bigint := next - 3600000000;
BEGIN
  INSERT INTO alert_version AS known (version, changes_from) VALUES (next, next)
  ON CONFLICT (is_only) DO UPDATE SET version = greatest(known.version + 1, excluded.version),
    changes_from = CASE TG_OP WHEN 'TRUNCATE' THEN greatest(known.version + 1, excluded.version)
      ELSE greatest(known.changes_from, kept) END
  RETURNING version INTO next;
  DELETE FROM alert_rule_changes WHERE version <= kept OR TG_OP = 'TRUNCATE';
  IF TG_OP <> 'TRUNCATE' THEN
    INSERT INTO alert_rule_changes SELECT next, id FROM changed;
  END IF;
  NOTIFY alert_rules;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_new_rules AFTER INSERT ON alert_rules REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION note_alert_rules();
CREATE TRIGGER note_changed_rules AFTER UPDATE ON alert_rules REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION note_alert_rules();
CREATE TRIGGER note_removed_rules AFTER DELETE ON alert_rules REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION note_alert_rules();
CREATE TRIGGER note_no_rules AFTER TRUNCATE ON alert_rules FOR EACH STATEMENT EXECUTE FUNCTION note_alert_rules();

-- Where firings are sent.
CREATE TABLE alert_receivers (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name       varchar(200) COLLATE "C" NOT NULL UNIQUE,
  type       text NOT NULL CHECK (type IN ('webhook', 'email', 'grafana')),
  target     text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- For those who may know whom something was sent to, and not where: a target may be a secret by itself.
CREATE VIEW alert_receiver_names AS SELECT id, name, type FROM alert_receivers;

-- Keys of signatures, and tokens: only for whoever sends.
CREATE TABLE alert_secrets (
  receiver_id uuid PRIMARY KEY REFERENCES alert_receivers ON DELETE CASCADE,
  secret      text NOT NULL
);

CREATE TABLE alert_rule_receivers (
  rule_id     uuid NOT NULL REFERENCES alert_rules ON DELETE CASCADE,
  receiver_id uuid NOT NULL REFERENCES alert_receivers ON DELETE RESTRICT,
  PRIMARY KEY (rule_id, receiver_id)
);
CREATE INDEX idx_alert_rule_receivers ON alert_rule_receivers (receiver_id);

-- What a rule knows of a stock ('' : of an exchange or the system) where that is not what no row says. No foreign key: a commit
-- need not wait for whoever changes a rule; rows whose rule or revision is gone are swept up now and then.
CREATE TABLE alert_phases (
  rule_id       uuid NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL,
  stock_name    varchar(255) COLLATE "C" NOT NULL,
  revision      integer NOT NULL,
  phase         text COLLATE "C" NOT NULL,
  fired_at      timestamptz,
  PRIMARY KEY (rule_id, exchange_name, stock_name)
);
CREATE INDEX idx_alert_phases_exchange ON alert_phases (exchange_name);

-- Each transition once. They outlive their rule.
CREATE TABLE alert_firings (
  id            uuid PRIMARY KEY,
  rule_id       uuid,
  rule_name     text NOT NULL,
  exchange_name varchar(255) COLLATE "C" NOT NULL DEFAULT '',
  stock_name    varchar(255) COLLATE "C" NOT NULL DEFAULT '',
  "timestamp"   timestamptz NOT NULL,
  seq           bigint,
  price         numeric,
  text          text NOT NULL,
  recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Which transaction wrote it: what was committed since somebody last looked.
  xact          xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX idx_alert_firings_recorded ON alert_firings (recorded_at);
CREATE INDEX idx_alert_firings_time ON alert_firings ("timestamp", id);
CREATE INDEX idx_alert_firings_stock ON alert_firings (stock_name, "timestamp", id);
CREATE INDEX idx_alert_firings_rule ON alert_firings (rule_id, "timestamp", id);

-- The outbox: what is to be sent, and what became of it.
CREATE TABLE alert_deliveries (
  firing_id    uuid NOT NULL REFERENCES alert_firings ON DELETE CASCADE,
  receiver_id  uuid NOT NULL REFERENCES alert_receivers ON DELETE CASCADE,
  state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts     integer NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Not before. Who tries it moves this to when somebody else may.
  next_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  delivered_at timestamptz,
  -- Of the last attempt that failed, and when that was.
  error        text,
  failed_at    timestamptz,
  PRIMARY KEY (firing_id, receiver_id)
);
CREATE INDEX idx_alert_deliveries_due ON alert_deliveries (receiver_id, next_at) WHERE state = 'waiting';
CREATE INDEX idx_alert_deliveries_waiting ON alert_deliveries (receiver_id, created_at) WHERE state = 'waiting';
CREATE INDEX idx_alert_deliveries_sent ON alert_deliveries (delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX idx_alert_deliveries_delivered ON alert_deliveries (receiver_id, delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX idx_alert_deliveries_failed ON alert_deliveries (receiver_id, failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX idx_alert_deliveries_given_up ON alert_deliveries (receiver_id) WHERE state = 'failed';

INSERT INTO role_rights VALUES
  ('tickwatch_writer', '{SELECT,INSERT,UPDATE,DELETE}', '{alert_rules,alert_version,alert_rule_changes,alert_receivers,alert_secrets,
    alert_rule_receivers,alert_phases,alert_firings,alert_deliveries}'),
  ('tickwatch_reader', '{SELECT}', '{alert_rules,alert_version,alert_receivers,alert_receiver_names,alert_rule_receivers,
    alert_phases,alert_firings,alert_deliveries}'),
  ('tickwatch_notifier', '{SELECT}', '{alert_firings,alert_receivers,alert_secrets,schema_migrations}'),
  ('tickwatch_notifier', '{SELECT,UPDATE}', '{alert_deliveries}'),
  ('grafana_reader', '{SELECT}', '{alert_rules,alert_receiver_names,alert_rule_receivers,alert_phases,alert_firings,
    alert_deliveries}');

-- A deployment lets its reader see every table that the writer makes; not this one.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tickwatch_reader') THEN
    REVOKE ALL ON alert_secrets FROM tickwatch_reader;
  END IF;
END
$$;
