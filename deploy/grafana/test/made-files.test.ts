import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { parse } from 'yaml';
import { ALERT_GROUPS } from '../src/alerts/alert-groups.ts';
import { ruleOf } from '../src/alerts/alert-rule.ts';
import { dashboard } from '../src/dashboard.ts';
import { differences } from '../src/differences.ts';
import { madeFiles } from '../src/made-files.ts';
import { PANEL_IDS } from '../src/panel-ids.ts';
import type { PostgresQuery } from '../src/postgres-query.ts';

const panels: readonly (Panel | RowPanel)[] = dashboard().panels ?? [];
const provisionedUid = (): string => {
  const file = readFileSync(new URL('../provisioning/datasources/postgres.yaml', import.meta.url), 'utf8');
  return (parse(file) as { datasources: [{ uid: string }] }).datasources[0].uid;
};

test('the same code makes the same bytes', () => {
  assert.deepEqual(madeFiles(), madeFiles());
});

test('a file that was changed by hand, is missing, or that no code makes is named', () => {
  const made = [
    { path: 'dashboards/a.json', text: '{\n"a": 1\n}\n' },
    { path: 'dashboards/b.json', text: '{}\n' },
  ];
  assert.deepEqual(differences(made, new Map(made.map(({ path, text }) => [path, text]))), []);
  const present = new Map([
    ['dashboards/a.json', '{\n"a": 2\n}\n'],
    ['dashboards/c.json', '{}\n'],
  ]);
  const problems = differences(made, present);
  assert.equal(problems.length, 3);
  assert.match(problems[0] ?? '', /c\.json is made by no code/);
  assert.match(problems[1] ?? '', /a\.json is not what the code makes.*line 2 is {6}"\\"a\\": 2".*"\\"a\\": 1"/s);
  assert.match(problems[2] ?? '', /b\.json is missing/);
});

test('each number of a panel is on the dashboard once', () => {
  assert.deepEqual(
    panels.map(({ id }) => id ?? 0).sort((a, b) => a - b),
    Object.values(PANEL_IDS).toSorted((a, b) => a - b),
  );
});

test('no panel covers another or leaves the grid', () => {
  const taken = new Set<string>();
  for (const { title = '', gridPos } of panels) {
    assert.ok(gridPos !== undefined && gridPos.x + gridPos.w <= 24, title);
    for (let cell = 0; cell < gridPos.w * gridPos.h; cell++) {
      const place: string = `${gridPos.x + (cell % gridPos.w)} ${gridPos.y + Math.floor(cell / gridPos.w)}`;
      assert.ok(!taken.has(place), `${title} at ${place}`);
      taken.add(place);
    }
  }
});

test('every panel says what it shows and asks the datasource that is provisioned', () => {
  for (const panel of panels) {
    if (panel.type === 'row') continue;
    const { title, description, datasource, targets = [] } = panel as Panel;
    assert.match(description ?? '', /\.$/, title);
    assert.equal(datasource?.uid, provisionedUid(), title);
    assert.equal(targets.length, 1, title);
    for (const target of targets) assert.equal((target as PostgresQuery).datasource.uid, provisionedUid(), title);
  }
});

test('every alert rule has a uid of its own, a panel of the dashboard, and a condition on what it asks', () => {
  const rules = ALERT_GROUPS.flatMap((group) => group.rules);
  assert.equal(new Set(rules.map(({ uid }) => uid)).size, rules.length);
  for (const rule of rules) {
    assert.match(rule.uid, /^[\w-]{1,40}$/, rule.title);
    assert.ok(panels.some(({ id }) => id === rule.panelId));
    const { condition, data } = ruleOf(rule);
    assert.ok(data.some(({ refId }) => refId === condition));
    for (const { refId, model } of data) assert.equal((model as PostgresQuery).refId, refId, rule.title);
    for (const uid of data.map(({ datasourceUid }) => datasourceUid)) {
      assert.ok(uid === '__expr__' || uid === provisionedUid(), rule.title);
    }
  }
});

test('no name stands behind a $ where Grafana would take it for a variable of its environment', () => {
  for (const { title, summary, description } of ALERT_GROUPS.flatMap(({ rules }) => rules)) {
    assert.doesNotMatch(title + summary + description, /\$/, title);
  }
});
