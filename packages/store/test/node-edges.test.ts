import assert from 'node:assert/strict';
import { test } from 'node:test';
import { laneName, laneOfStock, lanesOfNode, nodeOfStock } from '@tickwatch/core';
import { edgesOfStock } from '../src/reader/coverage/edges.ts';

const COUNTS = new Map([['NYSE', 6]]);

test('of a node’s stocks the own lane tells up to where they are complete, and no other lane', () => {
  for (const stock of Array.from({ length: 300 }, (_, i) => `S${i}`)) {
    const lane = laneName('NYSE', laneOfStock(stock, 6));
    const wanted = new Set(lanesOfNode(COUNTS, { index: nodeOfStock(stock, 3), count: 3 }));
    const others = new Set([...wanted].filter((name) => name !== lane));
    assert.ok(wanted.has(lane));
    const edge = (usable: ReadonlySet<string>) => edgesOfStock(stock, [], { usable, wanted, nodes: 3 }, 0).get('NYSE');
    assert.equal(edge(new Set([lane]))?.until, Number.POSITIVE_INFINITY);
    assert.equal(edge(others), undefined);
  }
});
