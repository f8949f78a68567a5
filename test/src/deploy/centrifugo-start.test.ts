import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CENTRIFUGO_FOLDER } from '../servers/index.ts';

/** Says with which channels and arguments it was started. */
const STAND_IN = `#!/bin/sh
printf '%s\\n' "$*" "$CENTRIFUGO_CHANNEL_WITHOUT_NAMESPACE_CHANNEL_REGEX" \\
  "$CENTRIFUGO_CHANNEL_NAMESPACES_BOARD_CHANNEL_REGEX" "$CENTRIFUGO_CHANNEL_NAMESPACES_LANE_CHANNEL_REGEX"
`;

describe('how Centrifugo is started', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-centrifugo-start-'));
    await writeFile(join(folder, 'centrifugo'), STAND_IN);
    await chmod(join(folder, 'centrifugo'), 0o755);
  });

  after(() => rm(folder, { recursive: true }));

  const start = (exchanges: string | undefined, lanes?: string) =>
    spawnSync('sh', [join(CENTRIFUGO_FOLDER, 'start.sh')], {
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        ...(exchanges === undefined ? {} : { EXCHANGES: exchanges }),
        ...(lanes === undefined ? {} : { LANES: lanes }),
      },
      encoding: 'utf8',
    });

  const started = (exchanges: string | undefined, laneCounts?: string) => {
    const { status, stdout, stderr } = start(exchanges, laneCounts);
    assert.equal(status, 0, stderr);
    const [given, ...expressions] = stdout.trim().split('\n');
    assert.equal(given, '--config /centrifugo/config.json');
    const [channels, boards, lanes] = expressions.map((expression) => new RegExp(expression));
    return { channels, boards, lanes } as {
      readonly channels: RegExp;
      readonly boards: RegExp;
      readonly lanes: RegExp;
    };
  };
  const channels = (exchanges: string | undefined): RegExp => started(exchanges).channels;

  test('EXCHANGES are its channels, whole names, beside that of alerts, and no others', () => {
    const known = channels('NASDAQ, LSE ,SIX.X,A-1_b');
    for (const name of ['NASDAQ', 'LSE', 'SIX.X', 'A-1_b', 'alerts']) assert.match(name, known);
    for (const name of ['NYSE', 'LSE2', 'XLSE', 'SIXaX', '', 'lse', 'LSE\nx', 'a:LSE', 'alerts2'])
      assert.doesNotMatch(name, known);
  });

  test('each has a board, and nothing else has one', () => {
    const { boards } = started('NASDAQ, SIX.X');
    for (const name of ['NASDAQ', 'SIX.X']) assert.match(name, boards);
    for (const name of ['alerts', 'LSE', 'SIXaX', 'NASDAQ/0', '']) assert.doesNotMatch(name, boards);
  });

  for (const [counts, names, others] of [
    [undefined, [], ['NASDAQ/0', 'SIX.X/0', '', 'NASDAQ']],
    ['', [], ['NASDAQ/0']],
    ['1', [], ['NASDAQ/0']],
    ['3', ['NASDAQ/0', 'NASDAQ/2', 'SIX.X/1'], ['NASDAQ/3', 'SIXaX/1', 'LSE/0', 'NASDAQ', 'NASDAQ/01', '']],
    ['012', ['NASDAQ/11'], ['NASDAQ/12', 'NASDAQ/011']],
    ['64', ['NASDAQ/63'], ['NASDAQ/64']],
    [' SIX.X : 2 , NASDAQ:1', ['SIX.X/0', 'SIX.X/1'], ['SIX.X/2', 'NASDAQ/0']],
  ] as const) {
    test(`lanes have a channel where LANES says that there are several: ${JSON.stringify(counts)}`, () => {
      const { lanes } = started('NASDAQ,SIX.X', counts);
      for (const name of names) assert.match(name, lanes);
      for (const name of others) assert.doesNotMatch(name, lanes);
    });
  }

  for (const bad of ['0', '65', 'four', '-1', '2,3', 'NASDAQ', 'NASDAQ:', 'NASDAQ:0', 'NASDAQ:4,', '4;id', '.*:2']) {
    test(`LANES that can't be read are refused, quoted: ${bad}`, () => {
      const { status, stdout, stderr } = start('NASDAQ', bad);
      assert.deepEqual([status, stdout], [1, '']);
      assert.ok(stderr.includes(`LANES is "${bad}"`), stderr);
    });
  }

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
