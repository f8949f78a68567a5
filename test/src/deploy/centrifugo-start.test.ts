import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CENTRIFUGO_FOLDER } from '../servers/index.ts';

/** Says with which channels and arguments it was started. */
const STAND_IN = '#!/bin/sh\nprintf "%s\\n" "$CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_CHANNEL_REGEX" "$*"\n';

describe('how Centrifugo is started', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-centrifugo-start-'));
    await writeFile(join(folder, 'centrifugo'), STAND_IN);
    await chmod(join(folder, 'centrifugo'), 0o755);
  });

  after(() => rm(folder, { recursive: true }));

  const start = (exchanges: string | undefined) =>
    spawnSync('sh', [join(CENTRIFUGO_FOLDER, 'start.sh')], {
      env: { PATH: `${folder}:${process.env.PATH}`, ...(exchanges === undefined ? {} : { EXCHANGES: exchanges }) },
      encoding: 'utf8',
    });

  const channels = (exchanges: string | undefined): RegExp => {
    const { status, stdout, stderr } = start(exchanges);
    assert.equal(status, 0, stderr);
    const [expression = '', given] = stdout.split('\n');
    assert.equal(given, '--config /centrifugo/config.json');
    return new RegExp(expression);
  };

  test('EXCHANGES are its channels, whole names, beside that of alerts, and no others', () => {
    const known = channels('NASDAQ, LSE ,SIX.X,A-1_b');
    for (const name of ['NASDAQ', 'LSE', 'SIX.X', 'A-1_b', 'alerts']) assert.match(name, known);
    for (const name of ['NYSE', 'LSE2', 'XLSE', 'SIXaX', '', 'lse', 'LSE\nx', 'a:LSE', 'alerts2'])
      assert.doesNotMatch(name, known);
  });

  test('not set or empty they are NASDAQ and NYSE, as everywhere', () => {
    for (const unset of [undefined, '']) {
      const known = channels(unset);
      for (const name of ['NASDAQ', 'NYSE']) assert.match(name, known);
      assert.doesNotMatch('LSE', known);
    }
  });

  test('an exchange cannot have the name of the channel of alerts', () => {
    const { status, stderr } = start('NASDAQ, alerts');
    assert.equal(status, 1);
    assert.match(stderr, /EXCHANGES is "NASDAQ, alerts"; alerts is the channel of what rules fire/);
  });

  for (const bad of [
    'NASDAQ,',
    ',NASDAQ',
    'NASDAQ,,NYSE',
    'NAS DAQ',
    'A\nB',
    '.*',
    'A|B',
    '$(id)',
    '-A',
    'N'.repeat(33),
  ]) {
    test(`a list with a name that is none is refused, quoted: ${JSON.stringify(bad)}`, () => {
      const { status, stdout, stderr } = start(bad);
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.ok(stderr.includes(`"${bad}"`), stderr);
      assert.match(stderr, /a list like NASDAQ,NYSE,LSE/);
    });
  }
});
