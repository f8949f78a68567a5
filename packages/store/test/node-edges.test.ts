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
    const stored = [...wanted].map((name) => ({ lane: name, lanes: 6, coveredUntil: 7, lastTime: undefined }));
    const edge = (usable: ReadonlySet<string>) =>
      edgesOfStock(stock, stored, { usable, wanted, nodes: 3 }, 9).get('NYSE')?.until;
    assert.equal(edge(new Set([lane])), Number.POSITIVE_INFINITY);
    assert.equal(edge(others), 8);
  }
});

test('where nothing tells who deals the stocks, the lane that is furthest behind counts', () => {
  const [wanted, usable] = [new Set(['NYSE/0', 'NYSE/1']), new Set(['NYSE/0'])];
  const of = (lanes: number) =>
    edgesOfStock(
      'AAPL',
      [...wanted].map((lane) => ({ lane, lanes, coveredUntil: 7, lastTime: undefined })),
      { usable, wanted, nodes: 1 },
      9,
    ).get('NYSE')?.until;
  assert.equal(of(-2), 8);
  assert.equal(of(2), laneOfStock('AAPL', 2) === 0 ? Number.POSITIVE_INFINITY : 8);
  assert.equal(edgesOfStock('AAPL', [], { usable, wanted, nodes: 1 }, 9).get('NYSE')?.until, 1);
});
