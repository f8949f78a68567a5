import { isExchangeName, type MessageMap, parseMessageMap, type TickRules } from '@tickwatch/core';
import type { EnvReader } from './env-reader.ts';

/** How each exchange's ticks are read. */
export type RulesOf = (exchange: string) => TickRules;

/** What the settings say, as text; `undefined`: nothing. */
export interface MessageSettings {
  readonly MESSAGE_MAP: string | undefined;
  readonly SIGNED_PRICES: string | undefined;
}

/** Reads the settings; what is wrong with them becomes a problem of `env`. */
export function messageRules(env: Pick<EnvReader, 'problem'>, settings: MessageSettings): RulesOf {
  const map = messageMap(env, settings.MESSAGE_MAP);
  const names = signedExchanges(env, settings.SIGNED_PRICES);
  const plain: TickRules = { map };
  const signed: TickRules = { map, signed: true };
  return (exchange) => (names.has(exchange) ? signed : plain);
}

function messageMap(env: Pick<EnvReader, 'problem'>, text: string | undefined): MessageMap | undefined {
  if (text === undefined) return undefined;
  try {
    return parseMessageMap(text);
  } catch (error) {
    return env.problem(`MESSAGE_MAP ${error instanceof Error ? error.message : String(error)}`);
  }
}

function signedExchanges(env: Pick<EnvReader, 'problem'>, text: string | undefined): ReadonlySet<string> {
  const names = text === undefined ? [] : text.split(',').map((name) => name.trim());
  const bad = names.filter((name) => !isExchangeName(name)).map((name) => JSON.stringify(name));
  if (bad.length > 0) {
    env.problem(`SIGNED_PRICES has ${bad.join(', ')}: no name of an exchange; it has to look like NYMEX or NYMEX,ICE`);
  }
  return new Set(names);
}
