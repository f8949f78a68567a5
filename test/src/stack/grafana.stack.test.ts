import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../servers/index.ts';
import { ask, askJson } from './front-door.ts';

const GRAFANA = 'http://localhost/grafana';
const ADMIN = { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` };

interface Target {
  readonly rawSql: string;
  readonly format: string;
  readonly datasource: { readonly uid: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets: readonly Target[];
  readonly fieldConfig: { readonly defaults: { readonly thresholds?: { readonly steps: readonly unknown[] } } };
}

interface QueryResult {
  readonly results: Readonly<
    Record<
      string,
      {
        readonly status: number;
        readonly error?: string;
        readonly frames: readonly { readonly data: { readonly values: readonly unknown[][] } }[];
      }
    >
  >;
}

/** Runs a panel's query as a browser would have Grafana do. @returns the number of rows */
async function rows({ rawSql, format, datasource }: Target, title: string): Promise<number> {
  const body = JSON.stringify({
    from: 'now-15m',
    to: 'now',
    queries: [{ refId: 'A', datasource, rawSql, format, intervalMs: 10_000, maxDataPoints: 500 }],
  });
  const headers = { ...ADMIN, 'content-type': 'application/json' };
  const { results } = await askJson<QueryResult>(`${GRAFANA}/api/ds/query`, { method: 'POST', headers, body });
  assert.equal(results.A?.error, undefined, title);
  return results.A?.frames[0]?.data.values[0]?.length ?? 0;
}

async function panels(): Promise<readonly Panel[]> {
  const { dashboard } = await askJson<{ dashboard: { panels: readonly Panel[] } }>(
    `${GRAFANA}/api/dashboards/uid/tickwatch`,
    {
      headers: ADMIN,
    },
  );
  // A row is a heading and asks nothing.
  return dashboard.panels.filter(({ type }) => type !== 'row');
}

/** Panels and rules of what a system need not have that works: they need an answer, but no row. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set([
  'List of holes',
  'Outliers',
  'Ticks of sealed days',
  'Firings',
  'From firing to receiver',
  'Latest firings',
  'Deliveries that wait or were given up',
  'Deliveries wait',
]);
/** What they tell is how things are, whatever time is looked at. */
const OF_NOW: ReadonlySet<string> = new Set([
  'Sealed ticks',
  'Bytes a sealed tick',
  'Days that are not sealed',
  'On disk',
  'Oldest that waits',
]);

test('every panel has rows to show while the system works', async () => {
  // Something for the API's panel.
  await askJson('http://localhost/api/average/AAPL');
  const found = await panels();
  assert.ok(found.length >= 12);
  for (const { title, targets } of found) {
    // What services report every ten seconds takes its way through the collector first.
    for (const target of targets) {
      await until(async () => (await rows(target, title)) > 0 || MAY_BE_EMPTY.has(title), {
        timeoutMs: 60_000,
        everyMs: 500,
        what: `${title}: rows`,
      });
    }
  }
});

test('every query honours the time filter', async () => {
  for (const { title, targets } of await panels()) {
    for (const { rawSql } of OF_NOW.has(title) ? [] : targets) assert.match(rawSql, /\$__timeFilter\(/, title);
  }
});

test('every alert rule has a value to judge, and a filter of time', async () => {
  interface Rule {
    readonly title: string;
    readonly condition: string;
    readonly data: readonly { readonly refId: string; readonly datasourceUid: string; readonly model: Target }[];
  }
  const rules = await askJson<readonly Rule[]>(`${GRAFANA}/api/v1/provisioning/alert-rules`, { headers: ADMIN });
  assert.ok(rules.length >= 1);
  for (const { title, condition, data } of rules) {
    assert.ok(
      data.some(({ refId }) => refId === condition),
      title,
    );
    for (const { datasourceUid, model } of data.filter((query) => query.datasourceUid !== '__expr__')) {
      assert.match(model.rawSql, /\$__timeFilter\(/, title);
      const found = await rows({ ...model, datasource: { uid: datasourceUid } }, title);
      assert.ok(found > 0 || MAY_BE_EMPTY.has(title), title);
    }
  }
});

test('the datasource reads as grafana_reader, and its password stays hidden', async () => {
  const { status, body } = await ask(`${GRAFANA}/api/datasources`, { headers: ADMIN });
  assert.equal(status, 200);
  const [source] = JSON.parse(body) as readonly { user: string; uid: string }[];
  assert.equal(source?.uid, 'tickwatch-postgres');
  assert.equal(source.user, 'grafana_reader');
  assert.doesNotMatch(body, /grafana-password/);
});

test('nobody gets in without the right password', async () => {
  const wrong = { authorization: `Basic ${Buffer.from('admin:wrong').toString('base64')}` };
  assert.equal((await ask(`${GRAFANA}/api/search`, { headers: wrong })).status, 401);
  assert.equal((await ask(`${GRAFANA}/api/search`)).status, 401);
  const body = JSON.stringify({ queries: [] });
  assert.equal((await ask(`${GRAFANA}/api/ds/query`, { method: 'POST', body })).status, 401);
});
