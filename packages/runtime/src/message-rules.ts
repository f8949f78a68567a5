import { isExchangeName, type MessageMap, parseMessageMap, type TickRules } from '@tickwatch/core';
import type { EnvReader } from './env-reader.ts';

/** How each exchange's ticks are read. */
export type RulesOf = (exchange: string) => TickRules;

/** Reads `MESSAGE_MAP` and `SIGNED_PRICES`; not set, or empty: no map, and no price ≤ 0. */
export function messageRules(env: EnvReader): RulesOf {
  const map = messageMap(env);
  const plain: TickRules = { map };
  const signed: TickRules = { map, signed: true };
  const names = signedExchanges(env);
  return (exchange) => (names.has(exchange) ? signed : plain);
}

function messageMap(env: EnvReader): MessageMap | undefined {
  const text = env.optionalText('MESSAGE_MAP');
  if (text === undefined) return undefined;
  try {
    return parseMessageMap(text);
  } catch (error) {
    return env.problem(`MESSAGE_MAP ${error instanceof Error ? error.message : String(error)}`);
  }
}

function signedExchanges(env: EnvReader): ReadonlySet<string> {
  const names = (env.optionalText('SIGNED_PRICES') ?? '').split(',').map((name) => name.trim());
  const given = names.length === 1 && names[0] === '' ? [] : names;
  const bad = given.filter((name) => !isExchangeName(name));
  if (bad.length > 0) {
    const items = bad.map((name) => `"${name}"`).join(', ');
    env.problem(`SIGNED_PRICES has ${items}: no name of an exchange; it has to look like NYMEX or NYMEX,ICE`);
  }
  return new Set(given);
}
