import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type EpochMicros, type LaneLayout, laneOfStock, nowMicros, type SequencedTick } from '@tickwatch/core';
import type { GapRow, LaneBatch, Membership } from '../src/index.ts';
import { openReader } from './reading-kit.ts';
import {
  ask,
  BatchMaker,
  lead,
  openTestStore,
  startTestServer,
  type TestServer,
  type TestStore,
} from './store-test-kit.ts';

const NEEDS = { stocks: undefined, tickSeconds: 60, minuteSeconds: 0, days: 0 };
/** Stocks that a hash would put into lane 1 of two. */
const [FIRST = '', SECOND = ''] = Array.from({ length: 50 }, (_, i) => `S${i}`).filter((s) => laneOfStock(s, 2) === 1);

let server: TestServer;
let opened: TestStore;

before(async () => {
  server = await startTestServer();
  opened = await openTestStore(server);
});

after(async () => {
  await opened?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** A lane of an exchange whose source deals its stocks. */
class DealtLane {
  readonly #make = new BatchMaker();
  readonly #member: Membership;
  readonly #lane: string;
  #after: LaneBatch['after'];

  constructor(member: Membership, lane: string) {
    this.#member = member;
    this.#lane = lane;
  }

  tick(stock: string, price: string, time: number): SequencedTick {
    return this.#make.tick(stock, price, time, this.#lane.slice(0, -2));
  }

  async commit(lanes: LaneLayout, ticks: readonly SequencedTick[], gaps: readonly GapRow[] = []): Promise<void> {
    const [batch] = this.#make.batches(ticks) as readonly [LaneBatch];
    const lastTime = ticks.at(-1)?.time as EpochMicros;
    const coverage = { lanes, until: batch.position.receivedAt, lastTime, numbers: [] };
    const position = { ...batch.position, lane: this.#lane, coverage };
    const coveredFrom = this.#after === undefined ? ticks[0]?.time : undefined;
    await this.#member.commit([{ ...batch, position, after: this.#after, gaps, coveredFrom }]);
    this.#after = position;
  }
}

function gapOf(lane: string, from: SequencedTick, to: SequencedTick): GapRow {
  const seqs = { fromSeq: from.seq, toSeq: to.seq };
  return { lane, lanes: -2, from: from.time, to: to.time, ...seqs, messages: 3, reason: 'overtaken', detail: '' };
}

describe('an exchange whose source deals its stocks over lanes', () => {
  test('has each stock in the lane where it came last, for who judges that lane', async () => {
    const { store, url } = opened;
    await using member = await lead(store, ['DEALT/0', 'DEALT/1'], 'dealt');
    const [zero, one] = [new DealtLane(member, 'DEALT/0'), new DealtLane(member, 'DEALT/1')];
    const stocksOf = async (lane: number, lanes: LaneLayout): Promise<readonly string[]> =>
      (await store.alerts.memory({ ...NEEDS, exchange: 'DEALT', lane, lanes })).map(({ stock }) => stock);
    await zero.commit(-2, [zero.tick(FIRST, '1', nowMicros())]);
    await one.commit(-2, [one.tick(SECOND, '2', nowMicros())]);
    assert.deepEqual([await stocksOf(0, -2), await stocksOf(1, -2)], [[FIRST], [SECOND]]);
    await one.commit(-2, [one.tick(FIRST, '3', nowMicros())]);
    assert.deepEqual([await stocksOf(0, -2), (await stocksOf(1, -2)).toSorted()], [[], [FIRST, SECOND].toSorted()]);
    assert.deepEqual(await stocksOf(1, -3), [], 'dealt over more, they may be anywhere');
    assert.equal((await ask(url, 'SELECT FROM stock_lanes')).length, 2);
  });

  test('may lack ticks of any stock where one of its lanes does', async () => {
    const { store, url } = opened;
    await using member = await lead(store, ['HOLED/0', 'HOLED/1'], 'holed');
    const [zero, one] = [new DealtLane(member, 'HOLED/0'), new DealtLane(member, 'HOLED/1')];
    const start = nowMicros() - 60_000_000;
    const [a, b] = [zero.tick(FIRST, '1', start), zero.tick(FIRST, '2', start + 20_000_000)];
    await zero.commit(-2, [a, b], [gapOf('HOLED/0', a, b)]);
    await one.commit(-2, [one.tick(SECOND, '3', start), one.tick(SECOND, '4', start + 30_000_000)]);
    const [from, until] = [start as EpochMicros, (start + 25_000_000) as EpochMicros];
    await using reader = openReader(url);
    for (const stock of [FIRST, SECOND]) {
      const { gaps } = (
        await reader.gaps({ span: { from, until }, stock, exchange: 'HOLED', closed: false, limit: 10 })
      ).value;
      assert.deepEqual(
        gaps.map(({ laneName, reason, messages }) => [laneName, reason, messages]),
        [['HOLED/0', 'overtaken', 3]],
        stock,
      );
      const { missing } = (await reader.summary({ stock, exchange: 'HOLED', start: from, end: until })).value;
      assert.equal(missing.complete, false, stock);
      assert.deepEqual(
        missing.holes.map(({ reason }) => reason),
        ['overtaken'],
        stock,
      );
    }
  });
});
