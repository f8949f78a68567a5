import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '../servers/index.ts';
import { type StandaloneProcess, startStandaloneProcess } from './standalone-process.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

describe('the first five minutes beside a running npm start', () => {
  let folder = '';
  let data = '';
  let system: StandaloneProcess;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-newcomer-'));
    data = join(folder, 'data');
    system = await startStandaloneProcess({ DATA_DIR: data, OPS_PORT: '0' });
  });
  after(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const command = (name: 'import' | 'export', ...args: readonly string[]) => {
    const { PATH, HOME } = process.env;
    const script = join(ROOT, `services/backend/src/${name}.ts`);
    return run(process.execPath, ['--import', 'tsx', script, ...args], {
      cwd: ROOT,
      env: { PATH, HOME, DATA_DIR: data },
    });
  };

  it('an import is answered at once, an export has it, and the system goes on', async () => {
    const header = 'timestamp,stock_name,exchange_name,price\n';
    const row = '2026-01-05T15:00:00.000000Z,OLD,NYSE,12.50\n';
    const file = join(folder, 'prices.csv');
    await writeFile(file, header + row);
    await command('import', file);
    const answer = await fetch(`${system.address}/api/prices/OLD`);
    assert.deepEqual(await answer.json(), [
      { timestamp: '2026-01-05T15:00:00.000000Z', price: 12.5, exchange_name: 'NYSE' },
    ]);
    assert.equal((await command('export', '-', '--stock', 'OLD')).stdout, header + row);
    const count = async () => {
      const average = await fetch(`${system.address}/api/average/AAPL`);
      return ((await average.json()) as { readonly count: number }).count;
    };
    const before = await count();
    await until(async () => (await count()) > before, { what: 'more prices' });
  });

  it('answers of the API are never taken for another type, and no page frames them', async () => {
    for (const path of ['/api/stocks', '/api/prices/AAPL?format=csv', '/api/nothing', '/api/docs', '/']) {
      const { headers } = await fetch(system.address + path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('x-frame-options'), 'DENY', path);
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, path);
    }
  });

  it('strangers hear whether it is ready; figures and details are on a port of their own', async () => {
    const stranger = { headers: { 'x-forwarded-for': '192.0.2.1' } };
    assert.deepEqual(await (await fetch(`${system.address}/readyz`, stranger)).json(), { ready: true });
    assert.equal((await fetch(`${system.address}/metrics`, stranger)).status, 404);
    const said = system.log.map((line) => JSON.parse(line) as { readonly event?: string; readonly port?: number });
    const port = said.find(({ event }) => event === 'operations')?.port;
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.match(await metrics.text(), /tickwatch_ledger_ticks\{/);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    assert.match(await ready.text(), /"subscriber_store":\{"ok":true/);
    // Who comes straight from this machine needs no other port.
    assert.match(await (await fetch(`${system.address}/readyz`)).text(), /"subscriber_store":\{"ok":true/);
  });
});
