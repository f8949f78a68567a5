import { type LaneCounts, MAX_LANES, type StoreNode, unevenExchanges, WHOLE_STORE } from '@tickwatch/core';
import type { EnvReader } from './env-reader.ts';

const FORM = /^(\d{1,2})\/(\d{1,2})$/;

/** Which of several databases that share the lanes the one of the settings is; not set: it has all lanes. */
export function storeNode(env: EnvReader, lanes: LaneCounts, databaseUrl: string | undefined): StoreNode {
  const text = env.optionalText('DATABASE_NODE');
  if (text === undefined) return WHOLE_STORE;
  const [, index, count] = (FORM.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined || count > MAX_LANES || index >= count) {
    env.problem(
      `DATABASE_NODE is "${text}"; it has to be a number from 0 and how many there are, as in 0/3, 1/3 or 2/3`,
    );
    return WHOLE_STORE;
  }
  for (const [exchange, has] of unevenExchanges(lanes, count)) {
    env.problem(
      `LANES gives ${exchange} ${has}, which ${count} nodes (DATABASE_NODE) can't share: it has to be a multiple of ${count}`,
    );
  }
  if (databaseUrl === undefined && count > 1) env.problem('DATABASE_NODE is set but DATABASE_URL is not');
  return { index, count };
}
