import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TickReader } from '@tickwatch/store';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

/** Names as anybody may insert them, and their cell as a spreadsheet may have it. */
const NAMES: readonly (readonly [name: string, safe: string])[] = [
  ['=cmd|calc!A1', "'=cmd|calc!A1"],
  ['+1', "'+1"],
  ['-2-3', "'-2-3"],
  ['@SUM(1)', "'@SUM(1)"],
  ['\tTAB', "'\tTAB"],
  ['\rCR', '"\'\rCR"'],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ["'QUOTED", "'QUOTED"],
  ['A=B', 'A=B'],
  ['BRK.B', 'BRK.B'],
];
const EXCHANGE = '=EX';
const PRICE = '-37.63';
const TIME = '2026-09-10T08:00:00.000000Z';
/** More rows than are answered in one piece. */
const MANY = 3000;

const quoted = (name: string): string => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

describe('CSV for spreadsheets', () => {
  let database: TestDatabase;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startTestDatabase();
    for (const [name] of NAMES) {
      await database.client.query('INSERT INTO stock_prices VALUES ($1, $2, $3, $4)', [TIME, name, EXCHANGE, PRICE]);
    }
    await database.client.query(
      `INSERT INTO stock_prices SELECT '2026-09-10T09:00:00Z'::timestamptz + n * interval '1 second', '=MANY', $1, -n
         FROM generate_series(1, ${MANY}) n`,
      [EXCHANGE],
    );
    reader = openReader(database.url, [], { export: { timeoutMs: 60_000, stallMs: 30_000, smallRows: 500 } });
    api = await listenBackend(reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const csv = async (name: string, query = ''): Promise<string> => {
    const answer = await api.get(`/api/prices/${encodeURIComponent(name)}?format=csv${query}`);
    assert.equal(answer.status, 200);
    return await answer.text();
  };
  const HEADER = 'timestamp,stock_name,exchange_name,price\n';

  it('no name that a spreadsheet would run begins a cell, in whatever pieces the answer comes', async () => {
    for (const form of ['', '&limit=10', '&points=10', '&order=desc']) {
      for (const [name, safe] of NAMES) {
        assert.equal(await csv(name, `&csv_safe=1${form}`), `${HEADER}${TIME},${safe},'=EX,${PRICE}\n`, name + form);
      }
    }
    const rows = (await csv('=MANY', '&csv_safe=1')).split('\n').slice(1, -1);
    assert.equal(rows.length, MANY);
    for (const [i, row] of rows.entries()) assert.match(row, new RegExp(`^[^,]+,'=MANY,'=EX,-${i + 1}$`));
  });

  it('unless it is asked for, every name is as it is', async () => {
    for (const query of ['', '&csv_safe=0']) {
      for (const [name] of NAMES) {
        assert.equal(await csv(name, query), `${HEADER}${TIME},${quoted(name)},=EX,${PRICE}\n`, name);
      }
    }
  });

  it('it goes with the media type too, and is refused where nothing could be run', async () => {
    const path = '/api/prices/%2B1?csv_safe=1';
    const asked = await api.get(path, { headers: { accept: 'text/csv' } });
    assert.match(await asked.text(), /,'\+1,'=EX,/);
    for (const other of ['', '&format=ndjson', '&format=parquet']) {
      const refused = await api.get(path + other);
      assert.equal(refused.status, 422, other);
      const { parameter, detail } = (await refused.json()) as { parameter: string; detail: string };
      assert.equal(parameter, 'csv_safe');
      assert.match(detail, /add format=csv/);
    }
    const wrong = (await (await api.get('/api/prices/A?format=csv&csv_safe=yes')).json()) as { detail: string };
    assert.match(wrong.detail, /"yes"/);
  });

  it('stands in the contract', async () => {
    const contract = (await (await api.get('/api/openapi.json')).json()) as {
      paths: Record<string, { get: { parameters: { name: string; description: string }[] } }>;
    };
    const [described] = (contract.paths['/api/prices/{stock_name}']?.get.parameters ?? []).filter(
      ({ name }) => name === 'csv_safe',
    );
    assert.match(described?.description ?? '', /spreadsheet.*apostrophe/);
  });

  it('npm run export -- --csv-safe writes the same, and refuses what is no CSV', () => {
    const script = fileURLToPath(new URL('../src/export.ts', import.meta.url));
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--import', 'tsx', script, ...args], {
        env: { ...process.env, DATABASE_URL: database.url },
        encoding: 'utf8',
      });
    const stocks = ['--stock', '=cmd|calc!A1', '--stock=+1'];
    const row = (name: string, exchange: string): string => `${TIME},${name},${exchange},${PRICE}\n`;
    assert.equal(run('-', ...stocks, '--csv-safe').stdout, HEADER + row("'=cmd|calc!A1", "'=EX") + row("'+1", "'=EX"));
    assert.equal(run('-', ...stocks).stdout, HEADER + row('=cmd|calc!A1', '=EX') + row('+1', '=EX'));
    const refused = run('-', ...stocks, '--csv-safe', '--format', 'ndjson');
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /--csv-safe is for csv, and the file is ndjson/);
  });
});
