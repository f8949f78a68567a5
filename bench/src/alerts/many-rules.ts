import type { AlertCondition } from '@tickwatch/core';
import { until } from '@tickwatch/test/servers';
import pg from 'pg';
import { WALK_FROM } from '../pipeline/walk.ts';

/** Of 34 rules about a stock: most cross a level, as people set them; levels lie around where the walks begin. */
const CONDITIONS: readonly ((stock: number) => AlertCondition)[] = [
  ...Array.from({ length: 24 }, (_, k) => (stock: number): AlertCondition => {
    const level = (WALK_FROM + stock + k - 12 + 0.305).toFixed(3);
    return { type: 'price_crosses', direction: k % 2 === 0 ? 'up' : 'down', level, hysteresis: '0.5' };
  }),
  ...[60, 300, 600, 3600].map((within_seconds) => (): AlertCondition => {
    return { type: 'price_moves', direction: 'either', by: '2', unit: 'percent', within_seconds, hysteresis: '0.5' };
  }),
  ...(['high', 'low'] as const).map((extreme) => (): AlertCondition => ({ type: 'new_extreme', extreme, days: 20 })),
  () => ({ type: 'silent', seconds: 60 }),
  () => ({ type: 'tick_rate', above: 100_000 }),
  () => ({ type: 'outlier' }),
  () => ({ type: 'price_moves', direction: 'up', by: '5', unit: 'price', within_seconds: 900, hysteresis: '0' }),
];

/** Rules about stocks `S0`, `S1` …, each about one, in one transaction. */
export async function makeRules(databaseUrl: string, count: number, stocks: number): Promise<void> {
  const definitions = Array.from({ length: count }, (_, n) => {
    const stock = n % stocks;
    const condition = CONDITIONS[Math.floor(n / stocks) % CONDITIONS.length]?.(stock);
    return JSON.stringify({ name: `Rule ${n}`, condition, stocks: [`S${stock}`], once: false, rearm_seconds: 0 });
  });
  await asked(databaseUrl, async (client) => {
    await client.query('INSERT INTO alert_rules (definition) SELECT unnest($1::jsonb[])', [definitions]);
  });
}

export async function countFirings(databaseUrl: string): Promise<number> {
  return await asked(databaseUrl, async (client) => {
    const { rows } = await client.query('SELECT count(*)::int AS count FROM alert_firings');
    return (rows[0] as { readonly count: number }).count;
  });
}

/** Until a subscriber judges by so many rules. @param port its HTTP port */
export async function untilJudged(port: number, rules: number): Promise<void> {
  const known = async (): Promise<boolean> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(/^tickwatch_alert_rules(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1]) >= rules;
  };
  await until(known, { timeoutMs: 30_000, what: `${rules} rules` });
}

async function asked<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
