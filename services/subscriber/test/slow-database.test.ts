import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startTestDatabases, type TestDatabases, TestIngest } from './ingest-kit.ts';

const SLOW_ROWS = `
  CREATE FUNCTION slow_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.005); RETURN NEW; END $$;
  CREATE TRIGGER slow_row BEFORE INSERT ON late_prices FOR EACH ROW EXECUTE FUNCTION slow_row()`;

describe('a database that is too slow for a whole batch', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  it('gets the batch in smaller parts, in order, and larger ones again when it has recovered', async () => {
    const database = await postgres.newDatabase().create();
    await using ingest = await TestIngest.start(database.url, { statementTimeoutMs: 500 });
    await ingest.leads();
    await database.ask(SLOW_ROWS);
    // Each its own batch of the feed: a commit takes batches whole. All of them together take three seconds.
    const publish = async (from: number, to: number): Promise<void> => {
      for (let n = from; n <= to; n++) {
        await ingest.sink.publish('NYSE', [`A:(${n}, ${1757494917 + n})`]);
        await setTimeout(0);
      }
    };
    await publish(1, 600);
    const failure = await ingest.sees('insert_failure');
    assert.match(String(failure.error), /did not finish in time/);
    await ingest.stored(600);
    const successes = (): (typeof ingest.lines)[number][] =>
      ingest.lines.filter((line) => line.event === 'insert_success');
    assert.ok(
      successes().every((line) => Number(line.rows) < 200),
      'more than fits into the time was never stored',
    );
    assert.deepEqual(
      await database.prices(),
      Array.from({ length: 600 }, (_, i) => `${i + 1}`),
    );

    await database.ask('DROP TRIGGER slow_row ON late_prices');
    await database.lock(true);
    await publish(601, 3000);
    await database.lock(false);
    await ingest.stored(3000);
    assert.ok(
      successes().some((line) => Number(line.rows) > 200),
      'commits stayed small',
    );
  });
});
