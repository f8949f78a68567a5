import { nodeText } from '@tickwatch/core';
import type pg from 'pg';
import { runMigrations, unappliedMigrations } from '../migrate.ts';
import { type ConnectionSettings, closeClient, openClient } from '../pg-connection.ts';
import {
  COPY_DIGEST,
  PRESENT_MEMBERS,
  STOCK_SIZES,
  TOTALS,
  TRY_DIVIDING,
  UNEVEN_LANES,
} from '../statements/node-statements.ts';
import { describe } from '../store-errors.ts';
import { type NodeRow, readNode } from './check-node.ts';

/** The database can't be divided as things are; the message says what would be right. Nothing was changed. */
export class DivideError extends Error {
  readonly code = 'NOT_DIVIDED';
  override readonly name = 'DivideError';
}

/** What stocks and ticks there are. */
export interface StoreTotals {
  /** Stocks on exchanges. */
  readonly stocks: number;
  readonly ticks: number;
}

/** What there is of a stock's name. */
export interface StockSize extends StoreTotals {
  readonly stock: string;
}

/** One of the databases that are to share the lanes, and a session that nobody else divides it by. */
export class NodeClient implements AsyncDisposable {
  readonly index: number;
  readonly client: pg.Client;

  private constructor(index: number, client: pg.Client) {
    this.index = index;
    this.client = client;
  }

  /** @throws DivideError it is not there, somebody else is at it, or it is the same database as another */
  static async open(settings: ConnectionSettings, index: number, isDryRun: boolean): Promise<NodeClient> {
    let client: pg.Client | undefined;
    try {
      client = await openClient(settings);
      // Rows are compared as text.
      await client.query(`SET timezone = 'UTC'; SET datestyle = 'ISO'; SET bytea_output = 'hex'; SET jit = off`);
      await migrate(client, isDryRun);
      const { rows } = await client.query<{ locked: boolean }>(TRY_DIVIDING);
      if (rows[0]?.locked === true) return new NodeClient(index, client);
      throw new DivideError('it was given twice, or another npm run distribute is at it');
    } catch (error) {
      if (client !== undefined) await closeClient(client);
      throw new DivideError(`database ${index}: ${error instanceof DivideError ? error.message : describe(error)}`, {
        cause: error,
      });
    }
  }

  state(): Promise<NodeRow | undefined> {
    return readNode(this.client);
  }

  /** @throws DivideError it is another node, or one of another number */
  async stateAmong(count: number): Promise<NodeRow | undefined> {
    const state = await this.state();
    if (state === undefined || (state.node === this.index && state.nodes === count)) return state;
    const found = nodeText({ index: state.node, count: state.nodes });
    throw new DivideError(
      `database ${this.index} is ${found} already, and would be ${nodeText({ index: this.index, count })}`,
    );
  }

  /** @throws DivideError a subscriber is there */
  async checkAlone(): Promise<void> {
    const { rows } = await this.client.query<{ owner: string }>(PRESENT_MEMBERS);
    if (rows.length === 0) return;
    const owners = rows.map(({ owner }) => owner).join(', ');
    throw new DivideError(`database ${this.index}: subscribers are there (${owners}): stop them first`);
  }

  /** @throws DivideError the nodes can't share its lanes */
  async checkLanes(count: number): Promise<void> {
    const { rows } = await this.client.query<{ lane: string; lanes: number }>(UNEVEN_LANES, [count]);
    if (rows.length === 0) return;
    const lanes = rows.map(({ lane, lanes: of }) => `${lane} of ${of}`).join(', ');
    throw new DivideError(
      `${count} databases can't share the lanes as they were stored last (${lanes}): set LANES to a multiple of ${count}, let ` +
        'subscribers store all that waits, forget lanes that are no more (npm run lanes -- retire), and copy the database anew',
    );
  }

  /** The same of all copies of one moment. */
  async digest(): Promise<string> {
    return (await this.client.query<{ digest: string }>(COPY_DIGEST)).rows[0]?.digest ?? '';
  }

  async totals(): Promise<StoreTotals> {
    const { rows } = await this.client.query<{ stocks: string; ticks: string }>(TOTALS);
    return { stocks: Number(rows[0]?.stocks), ticks: Number(rows[0]?.ticks) };
  }

  async stockSizes(): Promise<readonly StockSize[]> {
    const { rows } = await this.client.query<{ stock: string; stocks: string; ticks: string }>(STOCK_SIZES);
    return rows.map(({ stock, stocks, ticks }) => ({ stock, stocks: Number(stocks), ticks: Number(ticks) }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeClient(this.client);
  }
}

async function migrate(client: pg.Client, isDryRun: boolean): Promise<void> {
  if (!isDryRun) {
    await runMigrations(client);
    return;
  }
  const missing = await unappliedMigrations(client);
  if (missing > 0) {
    throw new DivideError(
      `its schema is older by ${missing} migrations: any other command (npm run lanes -- list) brings it up to date`,
    );
  }
}
