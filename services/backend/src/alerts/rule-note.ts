import { type AlertCondition, nearNames } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { quoted } from '../http/problem-reply.ts';
import { compareDecimals } from './compare-decimals.ts';
import { watchedStocks } from './watched-stocks.ts';

/** So many names are told. */
const NAMED = 5;

interface NotedRule {
  readonly condition: AlertCondition;
  readonly exchange?: string | undefined;
  readonly stocks?: readonly string[] | undefined;
}

/**
 * What somebody should know of a rule that is right by itself, and may yet never fire: what it names and nobody has heard of,
 * prices that most exchanges don't have. `undefined`: nothing.
 * @throws as {@link TickReader}
 */
export async function ruleNote(reader: TickReader, rule: NotedRule): Promise<string | undefined> {
  const notes = [await unknownNote(reader, rule), levelNote(rule)].filter((note) => note !== undefined);
  return notes.length === 0 ? undefined : notes.join(' ');
}

async function unknownNote(reader: TickReader, { exchange, stocks }: NotedRule): Promise<string | undefined> {
  if (exchange !== undefined) {
    const known = (await reader.exchanges()).value;
    if (!known.includes(exchange)) return noTick(`the exchange ${quoted(exchange)}`, nearNames(exchange, known));
  }
  if (stocks === undefined) return undefined;
  const found = await watchedStocks(reader, { exchange, stocks });
  const names = new Set(found.map(({ stock }) => stock));
  const unknown = stocks.filter((stock) => !names.has(stock));
  const [first] = unknown;
  if (first === undefined) return undefined;
  const all = new Set((await reader.stocks({ exchange })).value.map(({ stock }) => stock));
  const more = unknown.length > NAMED ? ` and ${unknown.length - NAMED} more` : '';
  const on = exchange === undefined ? '' : ` on ${exchange}`;
  return noTick(`${unknown.slice(0, NAMED).map(quoted).join(', ')}${more}${on}`, nearNames(first, [...all]));
}

function noTick(of: string, near: readonly string[]): string {
  const hint = near[0] === undefined ? '' : ` Did you mean ${quoted(near[0])}?`;
  return `There is no tick of ${of} yet.${hint}`;
}

function levelNote({ condition }: NotedRule): string | undefined {
  if (condition.type !== 'price_crosses' || compareDecimals(String(condition.level), '0') > 0) return undefined;
  return 'Only exchanges of SIGNED_PRICES have prices of zero and below.';
}
