import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type VisibleFacts, VisibleLoader } from '../src/stock/visible-facts.ts';

Object.assign(globalThis, { document: { hidden: false } });

const AVERAGE = { average_price: 5, time_weighted_average: 5, count: 2, min: 4, max: 6, holes: [] };
const PAST = { from: 1000, to: 2000 };

/** Lets so much time pass, and what it brings about be done. */
async function pass(millis: number): Promise<void> {
  mock.timers.tick(millis);
  for (let turns = 0; turns < 50; turns++) await turn();
}

describe('the figures of what is visible', () => {
  let status = 200;
  const found: VisibleFacts[] = [];
  let asked = 0;
  beforeEach(() => {
    found.length = 0;
    asked = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(globalThis, 'fetch', async (path: string) => {
      if (path.startsWith('/api/outliers')) return Response.json([]);
      asked++;
      return status === 200 ? Response.json(AVERAGE) : new Response('{}', { status });
    });
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  it('are asked for again until they are those of the range, also of the past', async () => {
    const loader = new VisibleLoader({ stock: 'AAPL', exchange: undefined }, (facts) => found.push(facts));
    status = 503;
    loader.moved(PAST);
    await pass(250);
    assert.deepEqual([found.length, asked], [0, 1]);
    status = 200;
    await pass(10_000);
    assert.deepEqual(
      found.map(({ range }) => range),
      [PAST],
    );
    await pass(60_000);
    assert.equal(asked, 2);
    loader.dispose();
  });

  it('are not asked for again where the server refuses the question', async () => {
    const loader = new VisibleLoader({ stock: 'AAPL', exchange: undefined }, (facts) => found.push(facts));
    status = 400;
    loader.moved(PAST);
    await pass(250);
    await pass(60_000);
    assert.equal(asked, 1);
    loader.dispose();
  });
});
