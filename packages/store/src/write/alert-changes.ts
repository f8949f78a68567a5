import { type AlertFired, type AlertPhase, formatMicros } from '@tickwatch/core';
import type pg from 'pg';
import type { AlertChanges } from '../alerts/alert-rows.ts';
import { ADD_FIRINGS, ALERT_VERSION, PUT_PHASES } from '../statements/alert-statements.ts';
import { describe, isContentError } from '../store-errors.ts';
import type { StoreEvent } from '../store-event.ts';
import { RulesChangedError } from '../tick-store.ts';

export type RefusedAlert = Extract<StoreEvent, { type: 'alert_refused' }>;

/** A receiver that is removed while firings are being told to it: those who ask anew don't find it. */
const FOREIGN_KEY = '23503';
const TRIES = 3;

/**
 * Sees to it that ticks were judged by the rules as they are, inside the caller's transaction, before anything is written. A
 * rule that is made later was made after all of these ticks came, so nobody needs to wait for anybody.
 * @throws RulesChangedError
 */
export async function checkRules(client: pg.ClientBase, { version }: AlertChanges): Promise<void> {
  if (version === undefined) return;
  const { rows } = await client.query<{ version: string }>(ALERT_VERSION);
  const found = Number(rows[0]?.version);
  if (found === version) return;
  throw new RulesChangedError(`the rules of alerts have version ${found} by now, not ${version}`);
}

/**
 * Writes what rules fired and know, inside the caller's transaction; each firing once, however often it is told.
 * @returns what PostgreSQL refused: it is left out, no tick waits for it
 */
export async function writeAlerts(
  client: pg.ClientBase,
  { phases, firings }: AlertChanges,
): Promise<readonly RefusedAlert[]> {
  const refused: RefusedAlert[] = [];
  await putOrBisect(client, lastOfEach(phases), putPhases, ({ ruleId }) => ruleId, refused);
  await putOrBisect(client, firings, addFirings, ({ ruleName }) => ruleName, refused);
  return refused;
}

function lastOfEach(phases: readonly AlertPhase[]): readonly AlertPhase[] {
  return [...new Map(phases.map((phase) => [`${phase.ruleId} ${phase.exchange}\n${phase.stock}`, phase])).values()];
}

/** Rows at once; where PostgreSQL refuses them for their content, halves of them, down to those that are at fault. */
async function putOrBisect<T>(
  client: pg.ClientBase,
  rows: readonly T[],
  put: (client: pg.ClientBase, rows: readonly T[]) => Promise<unknown>,
  ruleOf: (row: T) => string,
  refused: RefusedAlert[],
): Promise<void> {
  if (rows.length === 0) return;
  const error = await tryPut(client, () => put(client, rows));
  if (error === undefined) return;
  if (rows.length === 1) {
    refused.push({ type: 'alert_refused', rule: ruleOf(rows[0] as T), detail: describe(error) });
    return;
  }
  const middle = rows.length >> 1;
  await putOrBisect(client, rows.slice(0, middle), put, ruleOf, refused);
  await putOrBisect(client, rows.slice(middle), put, ruleOf, refused);
}

/** @returns why PostgreSQL refused it */
async function tryPut(client: pg.ClientBase, put: () => Promise<unknown>): Promise<pg.DatabaseError | undefined> {
  for (let tried = 1; ; tried++) {
    await client.query('SAVEPOINT alerts');
    try {
      await put();
      await client.query('RELEASE SAVEPOINT alerts');
      return undefined;
    } catch (error) {
      if (!isContentError(error)) throw error;
      await client.query('ROLLBACK TO SAVEPOINT alerts; RELEASE SAVEPOINT alerts');
      if (error.code !== FOREIGN_KEY || tried === TRIES) return error;
    }
  }
}

function putPhases(client: pg.ClientBase, rows: readonly AlertPhase[]): Promise<unknown> {
  return client.query(PUT_PHASES, [
    rows.map(({ ruleId }) => ruleId),
    rows.map(({ revision }) => revision),
    rows.map(({ exchange }) => exchange),
    rows.map(({ stock }) => stock),
    rows.map(({ phase }) => phase),
    rows.map(({ firedAt }) => (firedAt === undefined ? null : formatMicros(firedAt))),
  ]);
}

function addFirings(client: pg.ClientBase, rows: readonly AlertFired[]): Promise<unknown> {
  return client.query(ADD_FIRINGS, [
    rows.map(({ id }) => id),
    rows.map(({ ruleId }) => ruleId),
    rows.map(({ ruleName }) => ruleName),
    rows.map(({ exchange }) => exchange),
    rows.map(({ stock }) => stock),
    rows.map(({ time }) => formatMicros(time)),
    rows.map(({ seq }) => seq ?? null),
    rows.map(({ price }) => price ?? null),
    rows.map(({ text }) => text),
  ]);
}
