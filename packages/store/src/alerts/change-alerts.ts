import { formatMicros, MAX_ALERT_RECEIVERS, MAX_ALERT_RULES } from '@tickwatch/core';
import type pg from 'pg';
import { keepWhole } from '../nodes/check-node.ts';
import { isId } from '../reader/alerts/ask-rows.ts';
import { createAlertAnswers } from '../reader/alerts/create-answers.ts';
import type { Row } from '../reader/read-pool.ts';
import * as sql from '../statements/alert-admin-statements.ts';
import { isAnswer } from '../store-errors.ts';
import type { AlertAdmin, AlertReceiverDraft, AlertRuleDraft } from './alert-admin.ts';
import { AlertConflictError } from './alert-conflict-error.ts';

const UNIQUE = '23505';
const FOREIGN_KEY = '23503';
const TEST_TEXT = 'This is a test: somebody wanted to see whether alerts come.';

/** @param withClient a connection as long as the work takes, whose errors are the store's */
export function createAlertAdmin(
  withClient: <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>,
): AlertAdmin {
  /** One change at a time, all of it or nothing. */
  const change = <T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> =>
    withClient((client) =>
      inTransaction(client, async () => {
        await keepWhole(client, 'rules and receivers are changed');
        return await work(client);
      }),
    );
  /** What is written of a firing concerns the database that has it. */
  const changeFiring = <T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> =>
    withClient((client) => inTransaction(client, work));
  /** Of one that is there. */
  const changeOf = (id: string, work: (client: pg.ClientBase) => Promise<boolean>): Promise<boolean> =>
    isId(id) ? change(work) : Promise.resolve(false);

  return {
    answers: createAlertAnswers((_options, work) =>
      withClient((client) => work(async ({ text, values }) => (await client.query<Row>(text, values)).rows)),
    ),

    addRule: (rule) =>
      change(async (client) => {
        await checkRoom(client, sql.COUNT_RULES, MAX_ALERT_RULES, 'rules');
        const values = [JSON.stringify(rule.definition), rule.isEnabled];
        const id = (await client.query<{ id: string }>(sql.ADD_RULE, values)).rows[0]?.id as string;
        await setReceivers(client, id, rule);
        return id;
      }),

    changeRule: (id, rule, isAnew, known) =>
      changeOf(id, async (client) => {
        const since = known === undefined ? null : formatMicros(known);
        const values = [id, JSON.stringify(rule.definition), rule.isEnabled, isAnew, since];
        if (!(await changed(client, sql.CHANGE_RULE, values))) return false;
        if (isAnew) await client.query(sql.FORGET_PHASES, [id]);
        await setReceivers(client, id, rule);
        return true;
      }),

    snoozeRule: (id, until) =>
      changeOf(id, (client) =>
        changed(client, sql.SNOOZE_RULE, [id, until === undefined ? null : formatMicros(until)]),
      ),

    removeRule: (id) =>
      changeOf(id, async (client) => {
        await client.query(sql.FORGET_PHASES, [id]);
        return await changed(client, sql.REMOVE_RULE, [id]);
      }),

    addReceiver: (receiver) =>
      change(async (client) => {
        await checkRoom(client, sql.COUNT_RECEIVERS, MAX_ALERT_RECEIVERS, 'receivers');
        const values = [receiver.name, receiver.type, receiver.target];
        const added = await orNameTaken(receiver, client.query<{ id: string }>(sql.ADD_RECEIVER, values));
        const id = added.rows[0]?.id as string;
        await putSecret(client, id, receiver);
        return id;
      }),

    changeReceiver: (id, receiver) =>
      changeOf(id, async (client) => {
        const values = [id, receiver.name, receiver.type, receiver.target];
        if (!(await orNameTaken(receiver, changed(client, sql.CHANGE_RECEIVER, values)))) return false;
        await putSecret(client, id, receiver);
        return true;
      }),

    removeReceiver: (id) =>
      changeOf(id, async (client) => {
        const { rows } = await client.query<{ count: number }>(sql.RULES_OF_RECEIVER, [id]);
        const count = rows[0]?.count ?? 0;
        if (count > 0) {
          const rules = count === 1 ? '1 rule tells' : `${count} rules tell`;
          throw new AlertConflictError('in_use', `${rules} this receiver: take it out of them first`);
        }
        return await changed(client, sql.REMOVE_RECEIVER, [id]);
      }),

    testReceiver: async (id) => {
      if (!isId(id)) return undefined;
      return await changeFiring(
        async (client) => (await client.query<{ id: string }>(sql.TEST_RECEIVER, [id, TEST_TEXT])).rows[0]?.id,
      );
    },

    retryDelivery: (firingId, receiverId) =>
      isId(firingId) && isId(receiverId)
        ? changeFiring((client) => changed(client, sql.RETRY_DELIVERY, [firingId, receiverId]))
        : Promise.resolve(false),
  };
}

async function inTransaction<T>(client: pg.ClientBase, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query(sql.LOCK_ALERTS);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    if (isAnswer(error) || error instanceof AlertConflictError) await client.query('ROLLBACK');
    throw error;
  }
}

async function changed(client: pg.ClientBase, statement: string, values: unknown[]): Promise<boolean> {
  return ((await client.query(statement, values)).rowCount ?? 0) > 0;
}

async function checkRoom(client: pg.ClientBase, statement: string, most: number, what: string): Promise<void> {
  const { rows } = await client.query<{ count: number }>(statement);
  if ((rows[0]?.count ?? 0) < most) return;
  throw new AlertConflictError('too_many', `there are ${most} ${what}, as many as may be: remove one first`);
}

async function setReceivers(client: pg.ClientBase, id: string, { receivers }: AlertRuleDraft): Promise<void> {
  const unknown = (): AlertConflictError =>
    new AlertConflictError('unknown_receiver', 'a receiver of the rule is not there (any more): name one that is');
  if (receivers.some((receiver) => !isId(receiver))) throw unknown();
  await client.query(sql.FORGET_RULE_RECEIVERS, [id, receivers]);
  try {
    await client.query(sql.ADD_RULE_RECEIVERS, [id, receivers]);
  } catch (error) {
    throw isAnswer(error) && error.code === FOREIGN_KEY ? unknown() : error;
  }
}

async function putSecret(client: pg.ClientBase, id: string, { secret }: AlertReceiverDraft): Promise<void> {
  if (secret !== undefined) await client.query(sql.PUT_SECRET, [id, secret]);
}

async function orNameTaken<T>({ name }: AlertReceiverDraft, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(isAnswer(error) && error.code === UNIQUE)) throw error;
    throw new AlertConflictError(
      'name_taken',
      `there is a receiver named ${JSON.stringify(name)}: choose another name`,
    );
  }
}
