import { nodeText, type StoreNode } from '@tickwatch/core';
import type pg from 'pg';
import { KEEP_WHOLE, READ_NODE } from '../statements/node-statements.ts';
import { StoreUnavailableError } from '../tick-store.ts';

/** The database is another node than it is taken for, or not ready to be one. Nothing is written. */
export class WrongNodeError extends StoreUnavailableError {
  override readonly name = 'WrongNodeError';
}

export interface NodeRow {
  readonly node: number;
  readonly nodes: number;
  readonly state: 'marked' | 'dividing' | 'ready';
  readonly stocks: string;
  readonly ticks: string;
}

/** `undefined`: the database is not divided. */
export async function readNode(client: pg.ClientBase): Promise<NodeRow | undefined> {
  return (await client.query<NodeRow>(READ_NODE)).rows[0];
}

/** @throws WrongNodeError the database does not say of itself what the settings say of it */
export async function checkNode(client: pg.ClientBase, expected: StoreNode): Promise<void> {
  const row = await readNode(client);
  if (row === undefined) {
    if (expected.count === 1) return;
    throw new WrongNodeError(
      `DATABASE_NODE says ${nodeText(expected)}, but the database is not divided (npm run distribute)`,
    );
  }
  if (row.state !== 'ready')
    throw new WrongNodeError('the database is being divided: npm run distribute has to finish');
  if (row.node === expected.index && row.nodes === expected.count) return;
  const found = nodeText({ index: row.node, count: row.nodes });
  const said = expected.count === 1 ? 'DATABASE_NODE is not set' : `DATABASE_NODE says ${nodeText(expected)}`;
  throw new WrongNodeError(`the database is ${found}, but ${said}`);
}

/**
 * For what concerns stocks of any node, inside the caller's transaction: until its end the database is not divided.
 * @param what is not done on a node, as in `files are imported`
 * @throws WrongNodeError it is divided already
 */
export async function keepWhole(client: pg.ClientBase, what: string): Promise<void> {
  await client.query(KEEP_WHOLE);
  const row = await readNode(client);
  if (row === undefined) return;
  throw new WrongNodeError(
    `the database is ${nodeText({ index: row.node, count: row.nodes })}: ${what} before it is divided`,
  );
}
