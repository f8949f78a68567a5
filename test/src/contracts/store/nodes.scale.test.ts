import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  type DecimalText,
  type EpochMicros,
  exchangeOf,
  lanesOf,
  lanesOfNode,
  MICROS_PER_DAY,
  nodeOfStock,
  nowMicros,
  type SequencedTick,
} from '@tickwatch/core';
import { DivideError, divideStore, WrongNodeError } from '@tickwatch/store';
import {
  batchOf,
  copyDatabase,
  distribute,
  type NodeServers,
  rowsOf,
  startNodeServers,
  storeAt,
} from './node-servers.ts';

const COUNT = 3;
const NODES = [0, 1, 2].map((index) => ({ index, count: COUNT }));
const LANES = new Map([
  ['NASDAQ', 3],
  ['NYSE', 6],
]);
const STOCKS = Array.from({ length: 40 }, (_, i) => `S${i}`);
const TODAY = (Math.floor(nowMicros() / MICROS_PER_DAY) * MICROS_PER_DAY) as EpochMicros;
const OLD = TODAY - 3 * MICROS_PER_DAY;
const OLD_DAY = new Date(OLD / 1000).toISOString().slice(0, 10);
const TICKS = 'SELECT stock_name, exchange_name, "timestamp", price, seq FROM stock_prices ORDER BY 1, 2, 3, 5';
const ROLLUPS = 'SELECT * FROM price_rollups ORDER BY stock_name, exchange_name, width, bucket';

function ticksAt(day: number, from: number, to: number): readonly SequencedTick[] {
  return Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    return {
      stock: STOCKS[n % STOCKS.length] as string,
      exchange: n % 3 === 0 ? 'NASDAQ' : 'NYSE',
      price: `${100 + (n % 17)}.${10 + (n % 80)}` as DecimalText,
      time: (day + n * 7_000_000) as EpochMicros,
      seq: n + 1,
    };
  });
}

/** A database with a sealed day, late ticks, today's, holes, an alert that fired, and what is no tick. */
async function fill(url: string): Promise<void> {
  await using store = storeAt(url);
  await store.migrate();
  await store.ensurePartitions([OLD_DAY]);
  const receiver = { name: 'Desk', type: 'webhook', target: 'https://desk.example/', secret: 'key' } as const;
  const receivers = [await store.alertAdmin.addReceiver(receiver)];
  const ruleId = await store.alertAdmin.addRule({
    name: 'Rule',
    definition: { name: 'Rule' },
    isEnabled: true,
    receivers,
  });
  await using membership = await store.join({ owner: 'before', staleAfterMs: 60_000 });
  const lanes = lanesOf(LANES);
  for (const lane of lanes) await membership.take(lane);
  const parts = [ticksAt(OLD, 0, 900), ticksAt(TODAY, 900, 1500)];
  for (const [i, ticks] of parts.entries()) {
    const step = [i === 0 ? undefined : `p${i}`, `p${i + 1}`] as const;
    const batches = lanes.map((lane) => batchOf(lane, LANES.get(exchangeOf(lane)) ?? 1, ticks, step));
    const [first, ...rest] = batches;
    const gap = { lane: 'NASDAQ/0', lanes: 3, from: OLD as EpochMicros, to: TODAY, fromSeq: 1, toSeq: 2, messages: 1 };
    const bad = {
      exchange: 'NASDAQ',
      payload: Buffer.from('no tick'),
      receivedAt: TODAY,
      reason: 'bad_form',
      detail: '',
    } as const;
    const found = { ...gap, reason: 'not_listening', detail: '' } as const;
    const firings = ticks.slice(0, 9).map(({ stock, exchange, time, seq, price }) => {
      return { id: randomUUID(), ruleId, ruleName: 'Rule', exchange, stock, time, seq, price, text: 'it fired' };
    });
    const all = i === 0 || first === undefined ? batches : [{ ...first, gaps: [found], rejected: [bad] }, ...rest];
    await membership.commit(all, { version: undefined, phases: [], firings });
  }
  await store.sealDay(OLD_DAY);
  // Late ones, of the sealed day.
  const late = ticksAt(OLD, 30, 60);
  const batches = lanes.map((lane) => batchOf(lane, LANES.get(exchangeOf(lane)) ?? 1, late, ['p2', 'p3']));
  await membership.commit(batches.map((batch) => ({ ...batch, position: { ...batch.position, seq: 1600 } })));
}

describe('a database that is divided among three servers', { timeout: 180_000 }, () => {
  let servers: NodeServers;
  let urls: readonly string[];
  /** What the one database had. */
  let one: { ticks: readonly string[]; rollups: readonly string[] };
  before(async () => {
    servers = await startNodeServers(COUNT);
    urls = await servers.createDatabases();
    const [first = '', ...others] = urls;
    await fill(first);
    for (const url of others) await copyDatabase(first, url);
    one = { ticks: await rowsOf(first, TICKS), rollups: await rowsOf(first, ROLLUPS) };
  });
  after(() => servers[Symbol.asyncDispose]());

  const divide = (isDryRun = false): ReturnType<typeof divideStore> => divideStore({ urls, isDryRun });
  const isRefused = (work: Promise<unknown>, words: RegExp): Promise<void> =>
    assert.rejects(work, (error) => error instanceof DivideError && words.test(error.message));

  it('is not divided where that would be wrong, and then nothing is changed', async () => {
    const [first = '', second = ''] = urls;
    await isRefused(
      divideStore({ urls: [first, second], isDryRun: false }),
      /2 databases can't share the lanes .*NASDAQ\/0 of 3/,
    );
    await isRefused(divideStore({ urls: [first, first, second], isDryRun: false }), /database 1: it was given twice/);
    await isRefused(divideStore({ urls: [first], isDryRun: false }), /name two databases at least/);
    {
      await using store = storeAt(second);
      await using _ = await store.join({ owner: 'somebody', staleAfterMs: 60_000 });
      await isRefused(divide(), /database 1: subscribers are there \(somebody\): stop them first/);
    }
    await rowsOf(second, "UPDATE ingest_positions SET stored = stored + 1 WHERE lane = 'NYSE/0'");
    await isRefused(divide(), /database 1 is no copy of database 0/);
    await rowsOf(second, "UPDATE ingest_positions SET stored = stored - 1 WHERE lane = 'NYSE/0'");
    const { nodes, all } = await divide(true);
    assert.equal(all.ticks, one.ticks.length);
    assert.deepEqual(
      nodes.map(({ ticks }) => ticks),
      NODES.map(({ index }) => one.ticks.filter((row) => isOf(index, row)).length),
    );
    const told = await distribute(urls, '--dry-run');
    assert.match(told, /all +\d+ +1,530\n\nnode 0 is a whole copy, .* Nothing was changed/);
    assert.match(await distribute([first]), /^2: .*\n.* has to name two databases at least/);
    for (const url of urls) {
      assert.deepEqual(await rowsOf(url, TICKS), one.ticks);
      assert.deepEqual(await rowsOf(url, 'SELECT node FROM store_node'), []);
    }
  });

  it('lets nobody in while it is half done, and goes on where the crash of a server broke it off', async () => {
    const [, second] = servers.servers;
    let killed: Promise<void> | undefined;
    const broken = divideStore({
      urls,
      isDryRun: false,
      onProgress: ({ node }) => {
        if (node === 1) killed ??= second?.kill();
      },
    });
    await assert.rejects(broken, /do it again: it goes on where it was/);
    await killed;
    await second?.restart();
    for (const [index, url] of urls.entries()) {
      await using store = storeAt(url, { node: { index, count: COUNT } });
      await assert.rejects(store.join({ owner: 'early', staleAfterMs: 60_000 }), /is being divided/);
    }
    const { all } = await divide();
    assert.equal(all.ticks, one.ticks.length);
    assert.deepEqual(
      (await divide()).nodes.map(({ was }) => was),
      ['ready', 'ready', 'ready'],
    );
  });

  it('each node has its stocks wholly, and together they have what the one had', async () => {
    for (const [index, url] of urls.entries()) {
      const own = (rows: readonly string[]): readonly string[] => rows.filter((row) => isOf(index, row));
      assert.deepEqual(await rowsOf(url, TICKS), own(one.ticks));
      assert.deepEqual(await rowsOf(url, ROLLUPS), own(one.rollups));
      const lanes = await rowsOf(url, 'SELECT lane FROM ingest_positions ORDER BY lane COLLATE "C"');
      assert.deepEqual(lanes, lanesOfNode(LANES, { index, count: COUNT }).toSorted());
      await using store = storeAt(url);
      for (const day of await store.daysWithData()) assert.deepEqual(await store.verifyRollups(day), []);
      assert.deepEqual(await store.verifyTotals(), []);
      const [sealed] = await store.sealedDays();
      const { ticks, problems } = await store.verifySealedDay(OLD_DAY);
      assert.deepEqual([sealed?.day, problems], [OLD_DAY, []]);
      assert.ok(sealed !== undefined && sealed.ticks > 0 && ticks >= sealed.ticks);
      const firings = await rowsOf(url, 'SELECT stock_name FROM alert_firings');
      assert.ok(firings.length > 0 && firings.every((stock) => nodeOfStock(stock, COUNT) === index));
      assert.deepEqual(await rowsOf(url, 'SELECT count(*) FROM alert_deliveries'), [String(firings.length)]);
      const common = 'SELECT (SELECT count(*) FROM rejected_messages), (SELECT count(*) FROM gaps)';
      assert.deepEqual(await rowsOf(url, common), [index === 0 ? '1 1' : '0 0']);
    }
  });

  it('each lane goes on where it was, and a flush is one transaction of one node', async () => {
    const ticks = ticksAt(TODAY, 2000, 2120);
    for (const [index, url] of urls.entries()) {
      const node = { index, count: COUNT };
      await using store = storeAt(url, { node });
      await using membership = await store.join({ owner: 'after', staleAfterMs: 60_000 });
      const lanes = lanesOfNode(LANES, node);
      for (const lane of lanes) assert.equal((await membership.take(lane))?.position?.position, 'p3');
      const batches = lanes.map((lane) => batchOf(lane, LANES.get(exchangeOf(lane)) ?? 1, ticks, ['p3', 'p4']));
      const { lanes: stored } = await membership.commit(batches);
      const sum = [...stored.values()].reduce((all, lane) => all + lane.stored, 0);
      assert.equal(sum, ticks.filter(({ stock }) => nodeOfStock(stock, COUNT) === index).length);
      const writers = await rowsOf(
        url,
        `SELECT DISTINCT pg_xact_commit_timestamp(xmin) FROM (
           SELECT xmin FROM day_prices WHERE seq > 2000 UNION ALL SELECT xmin FROM ingest_positions
           UNION ALL SELECT t.xmin FROM stock_totals AS t WHERE last_seq > 2000) AS written`,
      );
      assert.equal(writers.length, 1);
    }
  });

  it('nobody takes a node for the whole: no other subscriber, no import, no rule', async () => {
    const [, url = ''] = urls;
    const request = { owner: 'wrong', staleAfterMs: 60_000 };
    await using whole = storeAt(url);
    await assert.rejects(whole.join(request), WrongNodeError);
    await using other = storeAt(url, { node: { index: 2, count: COUNT } });
    await assert.rejects(other.join(request), /the database is node 1 of 3, but DATABASE_NODE says node 2 of 3/);
    const [tick] = ticksAt(TODAY, 0, 1);
    const portion = {
      source: 'file',
      from: 0,
      to: 1,
      ticks: tick === undefined ? [] : [tick],
      rejected: [],
      finished: true,
    };
    await assert.rejects(whole.importTicks(portion), /is node 1 of 3: files are imported before it is divided/);
    const rule = { name: 'Late', definition: { name: 'Late' }, isEnabled: true, receivers: [] };
    await assert.rejects(whole.alertAdmin.addRule(rule), /rules and receivers are changed before it is divided/);
  });
});

function isOf(node: number, row: string): boolean {
  return nodeOfStock(row.slice(0, row.indexOf(' ')), COUNT) === node;
}
