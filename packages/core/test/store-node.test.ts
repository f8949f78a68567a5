import assert from 'node:assert/strict';
import { test } from 'node:test';
import { laneName, laneOfStock, lanesOf, lanesOfNode, nodeOfLane, nodeOfStock, unevenExchanges } from '../src/index.ts';

test('all lanes of a stock are one node’s, on every exchange and whatever their number', () => {
  for (const stock of Array.from({ length: 2000 }, (_, i) => `S${i}`)) {
    for (const nodes of [1, 2, 3, 5]) {
      const counts = [nodes, 2 * nodes, 4 * nodes];
      const found = counts.map((lanes) => nodeOfLane(laneName('NYSE', laneOfStock(stock, lanes)), nodes));
      assert.deepEqual([...new Set(found)], [nodeOfStock(stock, nodes)], stock);
    }
  }
});

test('every lane is exactly one node’s, and each node has as many of an exchange', () => {
  const counts = new Map([
    ['NASDAQ', 6],
    ['NYSE', 3],
  ]);
  const parts = [0, 1, 2].map((index) => lanesOfNode(counts, { index, count: 3 }));
  assert.deepEqual(parts[1], ['NASDAQ/1', 'NASDAQ/4', 'NYSE/1']);
  assert.deepEqual(parts.flat().sort(), lanesOf(counts).toSorted());
  assert.deepEqual(unevenExchanges(counts, 3), []);
  assert.deepEqual(unevenExchanges(counts, 2), [['NYSE', 3]]);
});
