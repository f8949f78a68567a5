/**
 * A backend on an embedded PostgreSQL with a little data in it, for the fuzzer. Says its address as the first line of
 * stdout and ends with SIGTERM.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backendConfig, backendReadiness, createBackend, createBackendReader } from '@tickwatch/backend';
import { formatMicros, type LedgerSource, nowMicros, type TailSource } from '@tickwatch/core';
import { createEmbeddedHub } from '@tickwatch/live';
import { createLogger, createMetrics, EnvReader, ResourceStack } from '@tickwatch/runtime';
import { createPostgresStore, startEmbeddedPostgres } from '@tickwatch/store';
import pg from 'pg';

const DATA = `
  INSERT INTO stock_prices
  SELECT now() - n * interval '7 minutes 3.000001 seconds', stock, exchange, round((100 + n / 7.0)::numeric, n % 5)
    FROM generate_series(0, 700) n,
         (VALUES ('AAPL', 'NASDAQ'), ('AAPL', 'NYSE'), ('BRK.B', 'NYSE'), ('BTC:USD', 'NYSE'), ('0', 'NYSE')) AS market (stock, exchange);
  INSERT INTO ingest_positions (lane, exchange_name, seq) VALUES ('NASDAQ/0', 'NASDAQ', 700), ('NYSE/0', 'NYSE', 2800);
  INSERT INTO coverage (exchange_name, from_time) VALUES ('NASDAQ', now() - interval '3 days'), ('NYSE', now() - interval '2 days');
  INSERT INTO gaps (lane, exchange_name, from_time, to_time, messages, reason)
  SELECT 'NYSE/0', 'NYSE', now() - n * interval '97 minutes', now() - n * interval '97 minutes' + interval '5 seconds', nullif(n, 7), 'refused'
    FROM generate_series(1, 30) n;
  INSERT INTO metrics SELECT now() - n * interval '5 seconds', 'subscriber', 'insert_success', 'insert_latency', n / 1000.0, 'seconds'
    FROM generate_series(0, 700) n;
  -- Of the ids that the document has as examples.
  INSERT INTO alert_rules (id, definition)
  SELECT CASE n WHEN 0 THEN '6f1d3c0a-55c1-4a44-9a5a-0f5b2c1f7a11' ELSE gen_random_uuid() END,
         jsonb_build_object('name', 'Rule ' || n, 'once', false, 'rearm_seconds', n, 'condition',
           jsonb_build_object('type', 'price_crosses', 'direction', 'up', 'level', '150.' || n, 'hysteresis', '0'))
    FROM generate_series(0, 30) n;
  INSERT INTO alert_receivers (id, name, type, target)
  VALUES ('0b1e6f86-6b1c-4b3b-8a3c-2d0f5a7c9e11', 'desk', 'webhook', 'https://example.com/hook');
  INSERT INTO alert_rule_receivers SELECT id, '0b1e6f86-6b1c-4b3b-8a3c-2d0f5a7c9e11' FROM alert_rules LIMIT 5;
  INSERT INTO alert_firings (id, rule_id, rule_name, exchange_name, stock_name, "timestamp", seq, price, text)
  SELECT CASE n WHEN 0 THEN '3f0e7a52-9a4e-5d1c-8a31-5b8f7b1f0c22' ELSE gen_random_uuid() END,
         '6f1d3c0a-55c1-4a44-9a5a-0f5b2c1f7a11', 'Rule 0', 'NYSE', 'AAPL', now() - n * interval '1 hour', n, 150 + n, 'it crossed'
    FROM generate_series(0, 300) n;
  INSERT INTO alert_deliveries (firing_id, receiver_id, state)
  SELECT id, '0b1e6f86-6b1c-4b3b-8a3c-2d0f5a7c9e11', 'failed' FROM alert_firings`;

/** Always one tick that is not committed. */
const tail: TailSource = {
  async tail(_stock, after) {
    const seq = (after.get('NYSE/0') ?? 0) + 1;
    const timestamp = formatMicros(nowMicros());
    const ticks = [{ stock_name: 'BRK.B', exchange_name: 'NYSE', lane: 'NYSE/0', price: '7.10', timestamp, seq }];
    const from = after.get('NASDAQ/0') ?? 0;
    const lanes = { 'NYSE/0': { from: seq - 1, to: seq }, 'NASDAQ/0': { from, to: from } };
    return { ticks, lanes, configured: Object.keys(lanes), holes: [] };
  },
};

const at = formatMicros(nowMicros());
const counts = { received: 1, stored: 1, rejected: 0, refused: 0, lost: 0, waiting: 0 };
const ledger: LedgerSource = {
  ledger: async () =>
    JSON.stringify({
      since: at,
      time: at,
      exchanges: { NYSE: counts },
      lanes: { 'NYSE/0': { ...counts, state: 'leading' } },
      total: counts,
      oldest_waiting_seconds: 0,
      leadership: 'leader',
      feed: { kind: 'pubsub', durability: 'spool', state: 'connected', since: at, lanes: {} },
      log: { messages: 0, bytes: 0, max_bytes: null, problem: null },
      live: { state: 'up', since: at, accepted: 1, sent: 1, conflated: 0, waiting: 0 },
      clock: { steps: 0, last_step_seconds: null, last_step_at: null },
      handed_over: 0,
    }),
};

const opened = new ResourceStack();
process.on('SIGTERM', () => void opened[Symbol.asyncDispose]().finally(() => process.exit()));

const dataDir = await mkdtemp(join(tmpdir(), 'tickwatch-fuzz-'));
opened.defer(() => rm(dataDir, { recursive: true, force: true }));
const { connectionString } = opened.use(await startEmbeddedPostgres({ dataDir }));
const store = opened.use(createPostgresStore({ connectionString, applicationName: 'fuzz' }));
await store.migrate();
const client = new pg.Client({ connectionString });
await client.connect();
await client.query(DATA);
await client.end();
const log = createLogger('backend', process.stderr, 'error');
const config = { ...backendConfig(new EnvReader({ ADMIN_TOKEN: process.env.ADMIN_TOKEN })), rateLimitPerMinute: 0 };
const reader = opened.use(createBackendReader(config, connectionString, [tail], log));
const readiness = () => backendReadiness(reader);
// Replays wait there for somebody to listen; nobody does.
const { replays } = opened.use(createEmbeddedHub({ channels: ['NASDAQ', 'NYSE'] }));
const parts = { reader, operator: store, log, registry: createMetrics('backend'), readiness, ledger, replays };
const backend = opened.use(await createBackend(config, parts));
process.stdout.write(`http://127.0.0.1:${await backend.listen('127.0.0.1', 0)}\n`);
