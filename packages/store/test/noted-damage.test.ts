import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { EpochMicros } from '@tickwatch/core';
import { createPostgresStore, type ListedGap, type StoreEvent, type TickReader } from '../src/index.ts';
import { dayFromNow } from '../src/partitions.ts';
import { openReader } from './reading-kit.ts';
import { dayBegin } from './sealing-kit.ts';
import { ask, asUser, eventually, openTestStore, startTestServer, type TestServer } from './store-test-kit.ts';

const DAY = dayFromNow(-20);
const OTHER_DAY = dayFromNow(-19);

const fill = (day: string) => `
  INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price, seq)
  SELECT '${day}T09:30Z'::timestamptz + n * interval '1 second', 'AAPL', 'NYSE', n % 37, n FROM generate_series(1, 100) AS n`;
const DAMAGE = 'UPDATE sealed_blocks SET first_price = first_price + 1';

describe('a damaged block', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());

  async function damaged(days = [DAY]) {
    const opened = await openTestStore(server);
    for (const day of days) {
      await ask(opened.url, fill(day));
      assert.equal((await opened.store.sealDay(day)).state, 'sealed');
    }
    await ask(opened.url, DAMAGE);
    return opened;
  }
  const notes = async (url: string) =>
    (
      await ask<{ note: string }>(
        url,
        `SELECT concat_ws(' ', stock_name, exchange_name, place) AS note FROM damaged_blocks`,
      )
    ).map(({ note }) => note);
  const listed = async (reader: TickReader) => {
    const span = { from: dayBegin(DAY), until: Number.POSITIVE_INFINITY };
    return (await reader.gaps({ span, closed: false, limit: 10 })).value.gaps;
  };

  it('is noted for everybody by the sealer that meets it', async () => {
    await using opened = await damaged();
    const { url, store } = opened;
    await ask(
      url,
      `INSERT INTO stock_prices (timestamp, stock_name, exchange_name, price) VALUES ('${DAY}T10:00Z', 'AAPL', 'NYSE', 7)`,
    );
    assert.deepEqual(await notes(url), []);
    const outcome = await store.sealDay(DAY);
    assert.equal(outcome.state === 'sealed' && outcome.damaged.length, 1);
    assert.deepEqual(await notes(url), ['AAPL NYSE 1']);
  });

  it('is noted by whoever was to rebuild its day, or to unseal it, and could not', async () => {
    await using opened = await damaged([DAY, OTHER_DAY]);
    const { url, store } = opened;
    await assert.rejects(store.rebuildRollups(DAY));
    assert.deepEqual(await notes(url), ['AAPL NYSE 1']);
    await assert.rejects(store.unsealDay(OTHER_DAY));
    assert.deepEqual(await notes(url), ['AAPL NYSE 1', 'AAPL NYSE 1']);
  });

  it('is a recorded hole once its ticks are given up', async () => {
    await using opened = await damaged();
    const { url, store } = opened;
    await ask(
      url,
      `INSERT INTO coverage (exchange_name, from_time) VALUES ('NYSE', '${DAY}');
      INSERT INTO ingest_positions (lane, exchange_name, seq, covered_until) VALUES ('NYSE/0', 'NYSE', 1, now())`,
    );
    await store.verifySealedDay(DAY);
    await using reader = openReader(url);
    const [before] = await listed(reader);
    const { damaged: lost } = await store.unsealDay(DAY, { skipDamaged: true });
    assert.deepEqual(
      lost.map(({ ticks }) => ticks),
      [100],
    );
    const [hole, ...more] = await listed(reader);
    assert.deepEqual(more, []);
    assert.equal(typeof hole?.id, 'number');
    const told = (gap: ListedGap | undefined) => {
      const { reason, exchange, stocks, from, until, messages, detail } = gap ?? assert.fail('none');
      return { reason, exchange, stocks, from, until, messages, detail };
    };
    assert.deepEqual(told(hole), told(before));
    const question = { stock: 'AAPL', start: dayBegin(DAY), end: (dayBegin(DAY) + 86_399e6) as EpochMicros };
    const { missing } = (await reader.page(question, { order: 'asc', limit: 10 })).value;
    assert.deepEqual([missing.complete, missing.holes.map(({ reason }) => reason)], [false, ['block_damaged']]);
    const other = await reader.page({ ...question, stock: 'MSFT', exchange: 'NYSE' }, { order: 'asc', limit: 10 });
    assert.equal(other.value.missing.complete, true, 'it is of one stock');
  });

  it('is listed, and can be given up, whatever of it is damaged', async () => {
    await using opened = await damaged();
    const { url, store } = opened;
    await ask(url, "UPDATE sealed_blocks SET count = -5, last_time = first_time - interval '1 hour'");
    await store.verifySealedDay(DAY);
    await using reader = openReader(url);
    const [listedOne] = await listed(reader);
    assert.deepEqual([listedOne?.messages, (listedOne?.until ?? 0) - (listedOne?.from ?? 0)], [0, 1]);
    await store.unsealDay(DAY, { skipDamaged: true });
    assert.deepEqual(await ask(url, 'SELECT messages, to_time - from_time = $1 AS wide FROM gaps', ['1 hour']), [
      { messages: null, wide: true },
    ]);
  });

  it('is found in the background, told once, and looked for again after a week', async () => {
    await using opened = await damaged([DAY, OTHER_DAY]);
    const { url } = opened;
    const events: StoreEvent[] = [];
    const watch = () =>
      createPostgresStore({
        connectionString: url,
        applicationName: 'background',
        checksBlocks: true,
        onEvent: (event) => events.push(event),
      });
    const checked = (since: string) =>
      eventually('the days are checked', async () => {
        const rows = await ask(url, `SELECT FROM checked_days WHERE checked_at > '${since}'`);
        return rows.length === 2 ? true : undefined;
      });
    {
      await using store = watch();
      await store.migrate();
      await checked('-infinity');
    }
    assert.deepEqual(await notes(url), ['AAPL NYSE 1', 'AAPL NYSE 1']);
    const told = () => events.map((event) => event.type === 'block_damaged' && event.day);
    assert.deepEqual(told(), [DAY, OTHER_DAY]);
    await ask(
      url,
      `UPDATE checked_days SET checked_at = now() - interval '8 days';
      DELETE FROM damaged_blocks WHERE first_time >= '${OTHER_DAY}'; UPDATE sealed_blocks SET first_price = first_price - 1
        WHERE first_time < '${OTHER_DAY}'`,
    );
    {
      await using store = watch();
      await store.migrate();
      const [now] = await ask<{ past: string }>(url, `SELECT (now() - interval '7 days')::text AS past`);
      await checked(now?.past ?? '');
    }
    assert.deepEqual(told(), [DAY, OTHER_DAY, OTHER_DAY]);
    assert.equal((await notes(url)).length, 1, 'what was restored is noted no longer');
  });

  it('is named to whoever verifies it and may only read', async () => {
    await using opened = await damaged();
    await ask(
      opened.url,
      `
      DO $$ BEGIN CREATE ROLE only_reads LOGIN PASSWORD 'secret'; EXCEPTION WHEN duplicate_object THEN END $$;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO only_reads`,
    );
    await using store = createPostgresStore({
      connectionString: asUser(opened.url, 'only_reads', 'secret'),
      applicationName: 'only-reads',
    });
    assert.match((await store.verifySealedDay(DAY)).problems.join(), /block 1 of AAPL on NYSE/);
    assert.deepEqual(await notes(opened.url), []);
    await ask(opened.url, 'DROP OWNED BY only_reads; DROP ROLE only_reads');
  });
});
