import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { lanesOfNode, nodeOfStock } from '@tickwatch/core';
import pg from 'pg';
import { createNodesReader, createNodeTail, NodeAwayError, type TickReader, WrongNodeError } from '../src/index.ts';
import { type Divided, NODES, readersOf, STALL, YESTERDAY } from './divided-kit.ts';
import { COUNT, END, LANES, OLD, STOCKS, TODAY, tailOfLanes } from './nodes-kit.ts';
import { insertTicks, openReader } from './reading-kit.ts';
import { ask, openTestStore } from './store-test-kit.ts';

/** The last tests: they leave the nodes different. */
export function refusals(divided: () => Divided): void {
  let all: Divided;
  let one: TickReader;
  let nodes: TickReader;
  let urls: readonly string[];
  before(() => {
    all = divided();
    ({ one, nodes, urls } = all);
  });

  it('a node that is away is named: its stocks and lists fail, other stocks don’t', async () => {
    const away = 'postgres://nobody@127.0.0.1:1/nothing';
    await using reader = createNodesReader(readersOf([urls[0] ?? '', away, urls[2] ?? '']), STALL);
    for (const stock of STOCKS) {
      const asked = reader.summary({ stock });
      if (nodeOfStock(stock, COUNT) === 1) await assert.rejects(asked, NodeAwayError);
      else assert.deepEqual((await asked).value.row, (await one.summary({ stock })).value.row);
    }
    const board = { sort: 'name', order: 'asc', limit: 5, day: { from: YESTERDAY, until: TODAY }, now: END } as const;
    for (const list of [
      () => reader.stocks({}),
      () => reader.board(board),
      () => reader.market({ from: OLD, until: END }),
    ])
      await assert.rejects(list(), /node 1 of 3 is away, so its stocks can't be asked for/);
    assert.match(await reader.ping(), /\(2 of 3 nodes\); node 1 of 3 is away/);
  });

  it('databases in another order, or that are no nodes, are refused', async () => {
    const [first = '', second = '', third = ''] = urls;
    await using turned = createNodesReader(readersOf([second, first, third]), STALL);
    await assert.rejects(
      turned.ping(),
      /number [12] of DATABASE_NODE_URLS has to be node [01] of 3, but the database is node [01] of 3/,
    );
    for (const stock of STOCKS) {
      if (nodeOfStock(stock, COUNT) < 2) await assert.rejects(turned.summary({ stock }), WrongNodeError);
    }
    const { url, store } = await openTestStore(all.server);
    await store[Symbol.asyncDispose]();
    await using strange = createNodesReader(readersOf([first, second, url]), STALL);
    await assert.rejects(strange.stocks({}), /has to be node 2 of 3, but the database is not divided/);
    await ask(first, "UPDATE store_node SET state = 'dividing'");
    await using halved = createNodesReader(readersOf(urls), STALL);
    await assert.rejects(halved.exchanges(), /being divided: npm run distribute has to finish/);
    await ask(first, "UPDATE store_node SET state = 'ready'");
  });

  it('of a subscriber that is named for another node nothing is taken, and the answer says that it may lack ticks', async () => {
    const tails = (node: number) => [
      createNodeTail(
        tailOfLanes([], lanesOfNode(LANES, { index: 1, count: 3 })),
        NODES[node] ?? { index: 0, count: 1 },
      ),
    ];
    await using reader = createNodesReader(
      urls.map((url, i) => openReader(url, { node: { index: i, count: 3 }, tails: tails(i) })),
      STALL,
    );
    assert.equal((await reader.stocks({})).reach.tailComplete, false);
    assert.equal(reader.load().tailReachable, false);
    assert.equal((await nodes.stocks({})).reach.tailComplete, true);
  });

  it('where the source deals the stocks, the node that has one is asked; two that have it are told', async () => {
    for (const url of urls) await ask(url, 'UPDATE ingest_positions SET lanes = -lanes');
    await using reader = createNodesReader(readersOf(urls), STALL);
    for (const stock of STOCKS)
      assert.deepEqual((await reader.summary({ stock })).value.row, (await one.summary({ stock })).value.row);
    const other = (nodeOfStock('ODD', COUNT) + 1) % COUNT;
    const tick = { stock: 'ODD', exchange: 'NYSE', price: '1', time: YESTERDAY, seq: 1 } as never;
    for (const [at, expected] of [
      [other, 1],
      [(other + 1) % COUNT, undefined],
    ] as const) {
      const client = new pg.Client({ connectionString: urls[at] });
      await client.connect();
      await insertTicks(client, [tick], 'stock_prices');
      await client.end();
      const asked = reader.summary({ stock: 'ODD' });
      if (expected === undefined) await assert.rejects(asked, /"ODD" is on several nodes/);
      else assert.equal(Number((await asked).value.row?.count), expected);
    }
    await assert.rejects(reader.stocks({}), WrongNodeError);
  });
}
