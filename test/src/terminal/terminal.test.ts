import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { until } from '../servers/index.ts';
import { NO_PTY, openPty } from './pty.ts';

const START = 'exec node --import tsx services/standalone/src/main.ts';
const STATUS = /^\d[\d,]* ticks\/s · /;
const CTRL_C = '\x03';
/** Nothing listens there. */
const REFUSED = 'postgresql://tickwatch:secret-password@127.0.0.1:1/stocks';

describe('the one process on a terminal', { skip: NO_PTY }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-terminal-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('tells a line a part, then renews one line in its place, and ends calmly with what is flushed', async () => {
    await using pty = openPty(START, { env: { PORT: '0', DATA_DIR: folder } });
    await pty.shows(STATUS, 60_000);
    const shown = pty.lines().filter((line) => /^ +\d+\.\d s {2}/.test(line));
    const parts = shown.map((line) => line.trim().split(/ +/)[2]);
    for (const part of ['port', 'client', 'store', 'live', 'subscriber', 'generator', 'backend', 'ready']) {
      assert.equal(parts.filter((name) => name === part).length, 1, `${part} in\n${shown.join('\n')}`);
    }
    assert.match(shown.at(-1) ?? '', /ready +open http:\/\/localhost:\d+ +\(stop with Ctrl-C\)$/);
    assert.doesNotMatch(pty.raw(), /"event"/);
    // Renewed three times, it still is one line, and nothing moved.
    const count = pty.lines().length;
    const renewals = () => pty.raw().split('ticks/s').length;
    const seen = renewals();
    await until(() => renewals() > seen + 3);
    assert.equal(pty.lines().length, count);
    assert.match(pty.lines().at(-1) ?? '', /^[1-9]\d* ticks\/s · [\d,]+ stored · [\d,]+ waiting · 0 viewers · http:/);
    pty.type(CTRL_C);
    assert.equal(await pty.ended(), 0);
    const end = pty.lines().slice(-3);
    assert.match(end[0] ?? '', /stopping +what waits is stored first/);
    assert.match(end[1] ?? '', /flushed +everything is stored$/);
    assert.match(end[2] ?? '', /stopped/);
    assert.equal(
      pty.lines().some((line) => STATUS.test(line)),
      false,
    );
  });

  it('fits what renews itself to the terminal, whatever becomes of its width, and leaves nothing of it behind', async () => {
    await using pty = openPty(START, { columns: 90, env: { PORT: '0', DATA_DIR: folder, GENERATOR: 'off' } });
    await pty.shows(STATUS, 60_000);
    for (const columns of [50, 24, 12, 120]) {
      pty.resize(columns);
      const renewals = () => pty.raw().split('ticks/s').length;
      const seen = renewals();
      await until(() => renewals() > seen + 1);
      await pty.shows(/ticks\/s|^0 tick/);
      const states = pty.rows().filter((row) => /^0 tick/.test(row));
      assert.equal(states.length, 1, pty.rows().join('\n'));
      assert.ok((states[0] ?? '').length < columns);
    }
    pty.type(CTRL_C);
    assert.equal(await pty.ended(), 0);
  });

  it('writes warnings above the line, once, without a stack or a password, and says that the database is away', async () => {
    await using pty = openPty(START, { env: { PORT: '0', DATA_DIR: folder, DATABASE_URL: REFUSED, NO_COLOR: '1' } });
    const lines = await pty.shows(/^database away · /, 60_000);
    assert.ok(lines.some((line) => /ready +open http:\/\/localhost:\d+ \(database away\)/.test(line)));
    const warnings = lines.filter((line) => line.includes('PostgreSQL is not reachable'));
    // What is away, and that ticks are kept meanwhile: each once.
    assert.ok(warnings.length >= 1 && warnings.length <= 2, lines.join('\n'));
    for (const warning of warnings) assert.match(warning, /^\d\d:\d\d:\d\d (warn|error) /);
    assert.match(lines.at(-1) ?? '', /^database away · /);
    assert.doesNotMatch(pty.raw(), /secret-password| at .*\(|node:internal/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
    assert.doesNotMatch(pty.raw(), /\x1b\[[\d;]*m/);
    pty.type(CTRL_C);
    await pty.ended();
  });

  it('writes plain lines where the terminal can do no more (TERM=dumb)', async () => {
    await using pty = openPty(START, { env: { PORT: '0', DATA_DIR: folder, GENERATOR: 'off', TERM: 'dumb' } });
    await pty.shows(/ready +open/, 60_000);
    assert.equal(pty.raw().includes('\x1b'), false);
    pty.type(CTRL_C);
    assert.equal(await pty.ended(), 0);
  });

  it('writes the log as JSON lines, and nothing else, when LOG_FORMAT is json', async () => {
    await using pty = openPty(START, { columns: 1000, env: { PORT: '0', DATA_DIR: folder, LOG_FORMAT: 'json' } });
    await pty.shows(/"event":"insert_success"/, 60_000);
    pty.type(CTRL_C);
    assert.equal(await pty.ended(), 0);
    for (const line of pty.raw().replaceAll(/\^C/g, '').trim().split('\r\n')) {
      const { timestamp, level, service, event } = JSON.parse(line) as Record<string, unknown>;
      assert.deepEqual(
        [timestamp, level, service, event].map((field) => typeof field),
        Array(4).fill('string'),
        line,
      );
    }
  });

  it('ends at once when Ctrl-C comes a second time', async () => {
    // It takes connections and never answers: a calm end would take its time.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const env = { PORT: '0', DATA_DIR: folder, DATABASE_URL: `postgresql://u:p@127.0.0.1:${port}/x` };
    await using pty = openPty(START, { env });
    await pty.shows(/ticks\/s/, 60_000);
    pty.type(CTRL_C);
    await pty.shows(/stopping/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    pty.type(CTRL_C);
    assert.equal(await pty.ended(), 130);
    assert.match(pty.lines().at(-1) ?? '', /stopped +ended at once/);
    silent.close();
  });
});

describe('a start that can not be', { skip: NO_PTY }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-refused-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('says in a sentence that the port is taken, names the setting, and leaves no file behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const dataDir = join(folder, 'never');
    await using pty = openPty(START, { env: { PORT: String(port), DATA_DIR: dataDir } });
    assert.equal(await pty.ended(), 1);
    const lines = pty.lines();
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0] ?? '', new RegExp(`failed +port ${port} is in use: set PORT to another.*PORT=${port + 1}$`));
    assert.equal(existsSync(dataDir), false);
    other.close();
  });

  it('says all that is wrong with the settings, and makes nothing', async () => {
    const env = { PORT: '0', DATA_DIR: join(folder, 'no'), LOG_FORMAT: 'jsn', FLUSH_INTERVALL_MS: '1' };
    await using pty = openPty(START, { env });
    assert.equal(await pty.ended(), 2);
    const text = pty.lines().join('\n');
    assert.match(text, /failed +the configuration has 2 problem/);
    assert.match(text, /LOG_FORMAT is "jsn"; it can be auto or json or text/);
    assert.match(text, /FLUSH_INTERVALL_MS is not a setting; FLUSH_INTERVAL_MS is meant\?/);
    assert.doesNotMatch(text, /\n +at /);
    assert.deepEqual(await readdir(folder), []);
  });

  it('says in a sentence that a folder can not be used', async () => {
    const env = { PORT: '0', DATA_DIR: '/dev/null/data' };
    await using pty = openPty(START, { env });
    assert.equal(await pty.ended(), 1);
    const text = pty.lines().join('\n');
    assert.match(text, /failed +.*\/dev\/null/);
    assert.doesNotMatch(text, /\n +at /);
  });
});
