import { until } from '../servers/index.ts';
import type { Database } from './database.ts';
import { NumberedTicks } from './numbered-ticks.ts';
import type { Publisher } from './publisher.ts';

/** Prices are numbers that only grow: each of these is crossed once by each stock. */
const LEVELS = [150, 350, 500, 650, 1000, 1500, ...Array.from({ length: 60 }, (_, i) => 2000 * (i + 1))];
const MAX_TOLD = 5;

/** Makes rules, as soon as there are tables for them. They watch from the first tick on, whatever its clock says. */
export async function addRules(database: Database): Promise<void> {
  const isThere = async (): Promise<boolean> => {
    const [row] = await database.query<{ found: boolean }>(
      `SELECT to_regclass('alert_deliveries') IS NOT NULL AS found`,
    );
    return row?.found === true;
  };
  await until(isThere, { everyMs: 50, what: 'tables for rules' });
  await database.query(
    `INSERT INTO alert_rules (definition, begins)
     SELECT jsonb_build_object('name', 'above ' || level, 'condition',
       jsonb_build_object('type', 'price_crosses', 'direction', 'up', 'level', level::text)), '2000-01-01'
     FROM unnest($1::int[]) AS level`,
    [LEVELS],
  );
}

interface Fired {
  readonly level: number;
  readonly stock: string;
  readonly n: number;
}

/** Compares, one by one, what fired with what should have: by what was published, as far as it is stored. */
export async function auditAlerts(
  database: Database,
  { ticks, last }: Publisher,
  copies: ReadonlyMap<number, number>,
): Promise<{ readonly notes: readonly string[]; readonly problems: readonly string[] }> {
  const levels = await database.query<{ level: number }>(
    `SELECT (definition->'condition'->>'level')::int AS level FROM alert_rules WHERE definition->>'name' LIKE 'above %'`,
  );
  const rows = await database.query<Fired>(
    `SELECT substr(rule_name, 7)::int AS level, stock_name AS stock, price::int AS n FROM alert_firings
     WHERE ${NumberedTicks.IS_NUMBERED}`,
  );
  const due = new Set<string>();
  const numbers = new Map<string, number[]>();
  for (let n = 1; n <= last; n++) {
    if (!copies.has(n)) continue;
    const known = numbers.get(ticks.stock(n));
    if (known === undefined) numbers.set(ticks.stock(n), [n]);
    else known.push(n);
  }
  for (const { level } of levels) {
    for (const [stock, stored] of numbers) {
      const at = stored.findIndex((n) => n >= level);
      // Of the first price of all nobody knows where it comes from.
      if (at > 0) due.add(keyOf({ level, stock, n: stored[at] ?? 0 }));
    }
  }
  const fired = rows.map(keyOf);
  const found = new Set(fired);
  const missed = [...due].filter((key) => !found.has(key));
  const wrong = fired.filter((key) => !due.has(key));
  if (found.size < fired.length) wrong.push('one that fired twice');
  return {
    notes: [`${fired.length} alerts fired, ${due.size} were due`],
    problems: [
      ...(missed.length > 0 ? [`${missed.length} alerts did not fire: ${missed.slice(0, MAX_TOLD).join(', ')}`] : []),
      ...(wrong.length > 0
        ? [`${wrong.length} alerts should not have fired: ${wrong.slice(0, MAX_TOLD).join(', ')}`]
        : []),
    ],
  };
}

function keyOf({ level, stock, n }: Fired): string {
  return `${stock} above ${level} at ${n}`;
}
