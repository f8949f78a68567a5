import type { EpochMicros } from '@tickwatch/core';
import { type Row, readMicros, toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';
import type { Statement } from '../statement.ts';

/** Where a page of rules, or of firings, ends. */
export interface AlertKey {
  readonly time: EpochMicros;
  readonly id: string;
}

export interface AlertRulesQuestion {
  /** Only rules that watch something of it. */
  readonly exchange?: string | undefined;
  readonly stock?: string | undefined;
  readonly limit: number;
  readonly after?: AlertKey | undefined;
}

/** A rule, and how it is. */
export interface ListedRule {
  readonly id: string;
  readonly definition: unknown;
  readonly isEnabled: boolean;
  readonly snoozedUntil: EpochMicros | undefined;
  /** Names, in order. */
  readonly receivers: readonly string[];
  /** Of how many stocks (or exchanges) it has fired and is not armed again. */
  readonly beyond: number;
  /** For how many different stocks it has fired since it watches what it does. */
  readonly firedStocks: number;
  /** How often it fired, and the newest time, in what is kept. */
  readonly fired: number;
  readonly lastFired: EpochMicros | undefined;
  readonly createdAt: EpochMicros;
  readonly changedAt: EpochMicros;
}

export interface AlertRulesPage {
  /** By when they were made. */
  readonly rules: readonly ListedRule[];
  readonly next: AlertKey | undefined;
}

export async function askAlertRules(snapshot: Snapshot, question: AlertRulesQuestion): Promise<AlertRulesPage> {
  const { exchange, stock, limit, after } = question;
  const parameters = new Parameters();
  const only = [
    'true',
    ...(exchange === undefined
      ? []
      : [`coalesce(definition->>'exchange' = ${parameters.add(exchange, 'text')}, true)`]),
    ...(stock === undefined
      ? []
      : [`coalesce(jsonb_exists(definition->'stocks', ${parameters.add(stock, 'text')}), true)`]),
    ...(after === undefined
      ? []
      : [`(created_at, id) > (${parameters.time(after.time)}, ${parameters.add(after.id, 'uuid')})`]),
  ];
  const rows = await snapshot.rows({ text: rulesText(only.join(' AND '), limit + 1), values: parameters.values });
  const rules = rows.slice(0, limit).map(readListedRule);
  const last = rules.at(-1);
  return { rules, next: rows.length > limit && last !== undefined ? { time: last.createdAt, id: last.id } : undefined };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function askAlertRule({ rows }: Pick<Snapshot, 'rows'>, id: string): Promise<ListedRule | undefined> {
  const [row] = UUID.test(id) ? await rows(ruleStatement(id)) : [];
  return row === undefined ? undefined : readListedRule(row);
}

/** @param id a UUID */
function ruleStatement(id: string): Statement {
  const parameters = new Parameters();
  return { text: rulesText(`id = ${parameters.add(id, 'uuid')}`, 1), values: parameters.values };
}

/** All columns are text, so that every connection gives the same. */
function rulesText(only: string, limit: number): string {
  return `
    SELECT r.id::text, r.definition::text, r.is_enabled::text, ${toMicros('r.snoozed_until')}::text AS snoozed_until,
           (SELECT coalesce(json_agg(t.name ORDER BY t.name), '[]') FROM alert_rule_receivers AS told
              JOIN alert_receivers AS t ON t.id = told.receiver_id WHERE told.rule_id = r.id)::text AS receivers,
           p.beyond::text, p.fired_stocks::text, f.fired::text, ${toMicros('f.last_fired')}::text AS last_fired,
           ${toMicros('r.created_at')}::text AS created_at, ${toMicros('r.changed_at')}::text AS changed_at
      FROM (SELECT * FROM alert_rules WHERE ${only} ORDER BY created_at, id LIMIT ${limit}) AS r
     CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE phase <> 'armed' AND fired_at IS NOT NULL) AS beyond,
              count(DISTINCT stock_name) FILTER (WHERE fired_at IS NOT NULL) AS fired_stocks
         FROM alert_phases WHERE rule_id = r.id AND revision = r.revision) AS p
     CROSS JOIN LATERAL (
       SELECT count(*) AS fired, max("timestamp") AS last_fired FROM alert_firings WHERE rule_id = r.id) AS f
     ORDER BY r.created_at, r.id`;
}

function readListedRule(row: Row): ListedRule {
  return {
    id: row.id ?? '',
    definition: JSON.parse(row.definition ?? 'null'),
    isEnabled: row.is_enabled === 'true',
    snoozedUntil: timeOf(row.snoozed_until),
    receivers: JSON.parse(row.receivers ?? '[]') as string[],
    beyond: Number(row.beyond),
    firedStocks: Number(row.fired_stocks),
    fired: Number(row.fired),
    lastFired: timeOf(row.last_fired),
    createdAt: readMicros(row.created_at ?? ''),
    changedAt: readMicros(row.changed_at ?? ''),
  };
}

export function timeOf(text: string | null | undefined): EpochMicros | undefined {
  return text === null || text === undefined ? undefined : readMicros(text);
}
