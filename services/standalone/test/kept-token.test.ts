import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createLogger } from '@tickwatch/runtime';
import { keptToken } from '../src/admin/kept-token.ts';
import { adminLink, openAdmin } from '../src/admin/open-admin.ts';

describe("the administrator's token of one process", () => {
  let root = '';
  let folders = 0;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'tickwatch-token-'));
  });
  after(() => rm(root, { recursive: true, force: true }));
  const folder = (): string => join(root, `${++folders}`, 'data');

  it('is 32 random bytes that no other user reads, and is found again', async () => {
    const dataDir = folder();
    const first = await keptToken(dataDir);
    assert.match(first.token, /^[\w-]{43}$/);
    assert.equal(first.made, true);
    assert.equal(first.file, join(dataDir, 'admin-token'));
    assert.equal((await stat(first.file)).mode & 0o777, 0o600);
    assert.deepEqual(await keptToken(dataDir), { ...first, made: false });
    assert.deepEqual(await readdir(dataDir), ['admin-token'], 'no draft is left');
    assert.notEqual((await keptToken(folder())).token, first.token);
  });

  it('is one, however many processes make it at once', async () => {
    const dataDir = folder();
    const all = await Promise.all(Array.from({ length: 8 }, () => keptToken(dataDir)));
    assert.equal(new Set(all.map(({ token }) => token)).size, 1);
    assert.equal(all.filter(({ made }) => made).length, 1);
  });

  it('is read as a person wrote it, and kept from others from then on', async () => {
    const dataDir = folder();
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, 'admin-token'), ' written-by-a-person \n');
    await chmod(join(dataDir, 'admin-token'), 0o644);
    assert.equal((await keptToken(dataDir)).token, 'written-by-a-person');
    assert.equal((await stat(join(dataDir, 'admin-token'))).mode & 0o777, 0o600);
  });

  it('is refused where the file is empty, short, a link, a folder, or in no folder, with what to do and without the token', async () => {
    for (const text of ['', 'secret', 'has a space in between']) {
      const dataDir = folder();
      await mkdir(dataDir, { recursive: true });
      await writeFile(join(dataDir, 'admin-token'), text);
      await assert.rejects(keptToken(dataDir), (error: Error) => {
        assert.match(error.message, /admin-token .*16 to 512 letters.*remove it, and a new token is made/);
        assert.ok(text === '' || !error.message.includes(text));
        return true;
      });
    }
    const linked = folder();
    await mkdir(linked, { recursive: true });
    await symlink('/etc/hostname', join(linked, 'admin-token'));
    await assert.rejects(keptToken(linked), /is no plain file: remove it/);
    const taken = folder();
    await mkdir(join(taken, 'admin-token'), { recursive: true });
    await assert.rejects(keptToken(taken), /is no plain file: remove it/);
    await assert.rejects(keptToken('/proc/none/data'), /can't be kept: .*; or set ADMIN_TOKEN/);
  });

  it('is told to a person once, in a link that no server sees, and to a log never', async () => {
    const dataDir = folder();
    const said: string[] = [];
    const lines: string[] = [];
    const log = createLogger('tickwatch', { write: (line) => lines.push(line) });
    const say = (_name: string, text: string) => said.push(text) > 0;
    const start = async (isTerminal: boolean) =>
      (await openAdmin(undefined, dataDir)).tell('http://localhost:8080', isTerminal ? say : () => false, log);
    await start(true);
    await start(true);
    await start(false);
    const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
    assert.equal(said.length, 1);
    const link = new URL(said[0]?.split(' ', 1)[0] ?? '');
    assert.deepEqual([link.pathname, link.search, link.hash], ['/system', '', `#admin=${token}`]);
    assert.equal(lines.length, 2);
    for (const line of lines) assert.ok(line.includes('admin-token') && !line.includes(token), line);
  });

  it('is not made where one is set', async () => {
    const dataDir = folder();
    const { token } = await openAdmin('a-token-that-is-set', dataDir);
    assert.equal(token, 'a-token-that-is-set');
    await assert.rejects(readdir(dataDir));
    assert.equal(adminLink('http://h:1', 'a+b#c%'), 'http://h:1/system#admin=a%2Bb%23c%25');
  });
});
