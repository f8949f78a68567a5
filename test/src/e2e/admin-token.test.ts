import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { NO_PTY, openPty } from '../terminal/pty.ts';
import { startStandaloneProcess } from './standalone-process.ts';

const LINK = /(http:\/\/localhost:\d+)\/system#admin=([\w-]{43})\s/;

describe('the administrator of one process', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-admin-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const change = (address: string, token: string): Promise<Response> =>
    fetch(`${address}/api/rejected`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });

  it('is told a link on a terminal at the first start, and it works; at the next it does still, and is not told', {
    skip: NO_PTY,
  }, async () => {
    const env = { DATA_DIR: join(folder, 'told'), PORT: '0', GENERATOR: 'off' };
    let token = '';
    {
      await using terminal = openPty('npm start', { columns: 200, env });
      const lines = await terminal.shows(LINK, 60_000);
      const [, address = '', found = ''] = LINK.exec(lines.join('\n')) ?? [];
      token = found;
      assert.equal((await change(address, token)).status, 200);
      assert.equal((await change(address, `${token}x`)).status, 401);
      terminal.type('\x03');
      await terminal.ended();
      assert.equal(terminal.raw().split(token).length - 1, 1, 'it is told once');
    }
    const file = join(env.DATA_DIR, 'admin-token');
    assert.equal((await readFile(file, 'utf8')).trim(), token);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    await using terminal = openPty('npm start', { columns: 200, env });
    const lines = await terminal.shows(/ready +open http/, 60_000);
    const address = /ready +open (http:\S+)/.exec(lines.join('\n'))?.[1] ?? '';
    assert.equal((await change(address, token)).status, 200);
    terminal.type('\x03');
    await terminal.ended();
    assert.ok(!terminal.raw().includes(token) && !terminal.raw().includes('#admin='));
  });

  it('finds the file named in the log where there is no terminal, and the token in no line of it', async () => {
    const dataDir = join(folder, 'piped');
    await using system = await startStandaloneProcess({ DATA_DIR: dataDir, GENERATOR: 'off' });
    const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
    const changed = await change(system.address, token);
    assert.equal(changed.status, 200);
    assert.equal(changed.headers.get('x-content-type-options'), 'nosniff');
    assert.equal((await change(system.address, 'something-else-entirely')).status, 401);
    await system.stop();
    assert.ok(system.log.some((line) => line.includes('"event":"admin_token"') && line.includes('admin-token')));
    assert.ok(!system.log.join('\n').includes(token));
    assert.ok(!system.log.join('\n').includes('something-else-entirely'));
  });
});
