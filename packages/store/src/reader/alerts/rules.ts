import { MAX_ALERT_COUNT } from '@tickwatch/core';
import { type Row, readMicros, toMicros } from '../read-pool.ts';
import { Parameters } from '../sql/parameters.ts';
import type { ListedRule, RulesPage, RulesQuestion } from './alert-answers.ts';
import { type AskRows, micros } from './ask-rows.ts';

export async function askRules(
  ask: AskRows,
  { exchange, stock, name, limit, behind }: RulesQuestion,
): Promise<RulesPage> {
  const parameters = new Parameters();
  const only = [
    ...(exchange === undefined
      ? []
      : [
          `coalesce(definition ->> 'exchange', ${parameters.add(exchange, 'text')}) = ${parameters.add(exchange, 'text')}`,
        ]),
    ...(stock === undefined
      ? []
      : [
          `(jsonb_typeof(definition -> 'stocks') IS DISTINCT FROM 'array' OR definition -> 'stocks' ? ${parameters.add(stock, 'text')})`,
        ]),
    ...(name === undefined ? [] : [`strpos(lower(definition ->> 'name'), lower(${parameters.add(name, 'text')})) > 0`]),
    ...(behind === undefined
      ? []
      : [`(created_at, id) < (${parameters.time(behind.time)}, ${parameters.add(behind.id, 'uuid')})`]),
  ];
  const where = only.length === 0 ? '' : `WHERE ${only.join(' AND ')}`;
  const page = `SELECT * FROM alert_rules ${where} ORDER BY created_at DESC, id DESC LIMIT ${parameters.add(limit, 'int')}`;
  const rows = await ask({ text: listed(page), values: parameters.values });
  const rules = rows.map(readRule);
  const last = rules.at(-1);
  const isMore = last !== undefined && rules.length === limit;
  return { rules, next: isMore ? { time: last.created, id: last.id } : undefined };
}

export async function askRule(ask: AskRows, id: string): Promise<ListedRule | undefined> {
  const rows = await ask({ text: listed('SELECT * FROM alert_rules WHERE id = $1::uuid'), values: [id] });
  return rows.map(readRule)[0];
}

/** Rules with what came of each: only of those of the page is it counted. */
function listed(page: string): string {
  return `
    SELECT r.id, r.definition::text AS definition, r.revision, r.is_enabled::text AS is_enabled, ${toMicros('r.begins')} AS begins,
      ${toMicros('r.snoozed_until')} AS snoozed_until, ${toMicros('r.created_at')} AS created,
      ${toMicros('r.changed_at')} AS changed, told.receivers::text AS receivers, known.beyond, known.stocks_fired,
      fired.count AS fired, ${toMicros('newest.last')} AS last_fired
    FROM (${page}) AS r
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') AS receivers
      FROM alert_rule_receivers AS t JOIN alert_receiver_names AS n ON n.id = t.receiver_id WHERE t.rule_id = r.id) AS told
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE phase <> 'armed') AS beyond, count(DISTINCT stock_name) AS stocks_fired
      FROM alert_phases AS p WHERE p.rule_id = r.id AND p.revision = r.revision AND p.fired_at IS NOT NULL) AS known
    CROSS JOIN LATERAL (
      SELECT count(*) AS count FROM (
        SELECT FROM alert_firings AS f WHERE f.rule_id = r.id LIMIT ${MAX_ALERT_COUNT}) AS counted) AS fired
    CROSS JOIN LATERAL (SELECT max("timestamp") AS last FROM alert_firings AS f WHERE f.rule_id = r.id) AS newest
    ORDER BY r.created_at DESC, r.id DESC`;
}

function readRule(row: Row): ListedRule {
  return {
    id: row.id ?? '',
    definition: JSON.parse(row.definition ?? 'null'),
    revision: Number(row.revision),
    begins: readMicros(row.begins ?? ''),
    snoozedUntil: micros(row.snoozed_until),
    isEnabled: row.is_enabled === 'true',
    receivers: JSON.parse(row.receivers ?? '[]') as string[],
    beyond: Number(row.beyond),
    stocksFired: Number(row.stocks_fired),
    fired: Number(row.fired),
    lastFired: micros(row.last_fired),
    created: readMicros(row.created ?? ''),
    changed: readMicros(row.changed ?? ''),
  };
}
