import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

const SCRIPT = fileURLToPath(new URL('../src/import.ts', import.meta.url));
const NOON = Date.UTC(2026, 8, 10, 12) / 1000;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('importing a file over a hole, by its command', () => {
  let database: TestDatabase;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-backfill-'));
    database = await startTestDatabase();
    await database.client.query(`
      INSERT INTO stock_prices VALUES ('2026-09-10 11:00Z', 'AAPL', 'NASDAQ', 1), ('2026-09-10 11:00Z', 'MSFT', 'NASDAQ', 1);
      INSERT INTO coverage (exchange_name, from_time) VALUES ('NASDAQ', '2026-09-10 11:00Z');
      INSERT INTO gaps (lane, lanes, exchange_name, from_time, to_time, messages, reason) VALUES
        ('NASDAQ/0', 1, 'NASDAQ', '2026-09-10 12:00:05Z', '2026-09-10 12:00:12Z', 37, 'not_listening'),
        ('NASDAQ/0', 1, 'NASDAQ', '2026-09-10 12:00:55.25Z', '2026-09-10 12:01:30Z', NULL, 'refused')`);
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const file = async (name: string, stocks: readonly string[], spoiled = -1): Promise<string> => {
    const lines = Array.from({ length: 61 }, (_, i) =>
      stocks.map((stock) => `${NOON + i},${stock},NASDAQ,${i === spoiled ? 'none' : i + 1}`),
    ).flat();
    const path = join(folder, name);
    await writeFile(path, `timestamp,stock_name,exchange_name,price\n${lines.join('\n')}\n`);
    return path;
  };

  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], {
        env: { ...process.env, DATABASE_URL: database.url, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString();
      });
      child.on('close', (code) => resolve({ code, out, err }));
    });

  it('says what it closes, and before that what it would; what is taken back is open again', async () => {
    const both = await file('both.csv', ['AAPL', 'MSFT']);
    const holes = `hole, and 1 more in part:
    NASDAQ 2026-09-10T12:00:55.25Z to 2026-09-10T12:01:30Z (refused); closed for 0 of 2 stocks; still missing: 2026-09-10T12:01:00.000001Z to 2026-09-10T12:01:30Z
    NASDAQ 2026-09-10T12:00:05Z to 2026-09-10T12:00:12Z (not_listening, 37 messages)
  if the file holds all that its exchange published in a time, say so: --covers FROM/TO
`;
    const span = 'NASDAQ from 2026-09-10T12:00:00Z to 2026-09-10T12:01:00Z';
    const dry = await run([both, '--dry-run']);
    assert.equal(dry.err, '');
    assert.ok(dry.out.endsWith(`  would cover ${span}: 2 stocks\n  would close 1 ${holes}`), dry.out);
    const stored = await run([both]);
    assert.ok(stored.out.endsWith(`  covers ${span}: every stock\n  closes 1 ${holes}`), stored.out);
    const known = await run([both]);
    assert.equal(known.out, `${both} was imported before as import "both.csv"; nothing was stored again\n`);
    const undone = await run(['--undo', 'both.csv']);
    assert.match(undone.out, /122 ticks deleted; 2 holes that it filled are open again\n$/);
    assert.ok((await run([both, '--dry-run'])).out.endsWith(`  would close 1 ${holes}`));
  });

  it('says of how many stocks a hole is closed, and what --covers makes of it', async () => {
    const one = await file('one.csv', ['AAPL']);
    assert.match((await run([one])).out, /12:00:12Z \(not_listening, 37 messages\); closed for 1 of 2 stocks\n/);
    // A zone of the file, too: read in another one, it is other ticks.
    const covers = ['--covers', '2026-09-10 14:00/2026-09-10 14:02', '--time-zone', 'Europe/Berlin'];
    assert.match(
      (await run([one, ...covers])).err,
      /read with \{"timeZone":"Europe\/Berlin"\} instead of no options|read with no options instead of/,
    );
    const said = await run([one, '--covers', '2026-09-10T12:00:00Z/2026-09-10T12:02:00Z']);
    assert.match(
      said.out,
      /nothing was stored again\n {2}covers NASDAQ from .*: AAPL\n {2}covers NASDAQ from .*12:02:00Z: every stock\n/,
    );
    assert.match(said.out, / {2}closes 2 holes:\n/);
    assert.doesNotMatch(said.out, /still missing|--covers/);
    await run(['--undo', 'one.csv']);
    const day = await run([one, '--covers', '2026-09-10/2026-09-10', '--time-zone', 'Europe/Berlin', '--dry-run']);
    assert.match(day.out, /would cover NASDAQ from 2026-09-09T22:00:00Z to 2026-09-10T21:59:59.999999Z: every stock\n/);
  });

  it('does not close a hole where its own lines are no ticks', async () => {
    const spoiled = await file('spoiled.csv', ['AAPL', 'MSFT'], 8);
    const missing =
      /\(not_listening, 37 messages\); closed for 0 of 2 stocks; still missing: 2026-09-10T12:00:07Z to 2026-09-10T12:00:09Z\n/;
    const dry = await run([spoiled, '--dry-run']);
    assert.match(dry.out, missing);
    assert.equal(dry.code, 3);
    assert.match((await run([spoiled])).out, missing);
    await run(['--undo', 'spoiled.csv']);
  });

  it('dry, does without a database, and says so where one is named', async () => {
    const path = await file('dry.csv', ['AAPL']);
    const away = await run([path, '--dry-run'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x' });
    assert.equal(away.code, 0);
    assert.match(away.out, /which holes it would close is not known: .*ECONNREFUSED/);
    const none = await run([path, '--dry-run'], { DATABASE_URL: undefined, DATA_DIR: join(folder, 'nowhere') });
    assert.equal(none.code, 0);
    assert.doesNotMatch(none.out, /hole/);
  });

  it('refuses a time that it does not understand, and says what would be right', async () => {
    const path = await file('covers.csv', ['AAPL']);
    for (const [covers, message] of [
      ['', /--covers is empty/],
      ['2026-09-10', /--covers "2026-09-10" is not FROM\/TO, as 2026-11-02\/2026-11-06: each is RFC 3339/],
      ['2026-09-10/', /is not FROM\/TO/],
      ['yesterday/today', /--covers "yesterday\/today" is not FROM\/TO/],
      [
        '2026-09-11/2026-09-10',
        /ends before it begins \(2026-09-11T00:00:00.000000Z and 2026-09-10T23:59:59.999999Z\)/,
      ],
      ['2026-09-10/2099-09-10', /can't hold what is not published yet; it ends at 2099-09-10T23:59:59.999999Z/],
    ] as const) {
      const { code, err } = await run([path, '--covers', covers]);
      assert.match(err, message);
      assert.equal(code, 2);
    }
  });
});
