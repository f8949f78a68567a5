import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError, type Environment, EnvReader } from '../src/index.ts';

function problemsOf(env: Environment): readonly string[] {
  const reader = new EnvReader(env, (path) => (path === '/run/key' ? 'from-file\n' : ''));
  reader.integer('FLUSH_INTERVAL_MS', { default: 5000, min: 1 });
  reader.choice('TICK_FEED', ['pubsub', 'stream'], 'pubsub');
  reader.list('EXCHANGES', ['NASDAQ'], (name) => /^\w+$/.test(name));
  reader.url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] });
  reader.secret('CENTRIFUGO_API_KEY');
  reader.text('REDIS_URL');
  try {
    reader.finish();
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

it('all problems of a configuration are reported at once, each by its name', () => {
  const problems = problemsOf({
    FLUSH_INTERVAL_MS: '5s',
    TICK_FEED: 'kafka',
    EXCHANGES: 'NASDAQ,,N-1',
    DATABASE_URL: 'mysql://user:hunter2@host/db',
    CENTRIFUGO_API_KEY: 'x',
    CENTRIFUGO_API_KEY_FILE: '/run/key',
  });
  assert.equal(problems.length, 6);
  for (const name of [
    'FLUSH_INTERVAL_MS',
    'TICK_FEED',
    'EXCHANGES',
    'DATABASE_URL',
    'CENTRIFUGO_API_KEY',
    'REDIS_URL',
  ]) {
    assert.ok(
      problems.some((problem) => problem.startsWith(name)),
      name,
    );
  }
  assert.ok(!problems.join().includes('hunter2'), 'no password in a problem');
});

it('a misspelt name and an empty value are refused, not taken for "not set"', () => {
  const problems = problemsOf({ FLUSH_INTERVL_MS: '1000', REDIS_URL: '' });
  assert.equal(problems.length, 2);
  assert.match(problems.join('\n'), /FLUSH_INTERVL_MS is not a setting; FLUSH_INTERVAL_MS is meant/);
  assert.match(problems.join('\n'), /REDIS_URL is empty/);
});

it('a secret can come from a file', () => {
  const reader = new EnvReader({ KEY_FILE: '/run/key' }, () => 'from-file\n');
  assert.equal(reader.secret('KEY'), 'from-file');
  reader.finish();
});

describe('lanes', () => {
  const read = (value: string | undefined) => {
    const reader = new EnvReader(value === undefined ? {} : { LANES: value });
    const lanes = reader.lanes('LANES', ['NASDAQ', 'NYSE']);
    reader.finish();
    return [...lanes];
  };

  it('are one an exchange unless set, for all exchanges or for each', () => {
    for (const [value, nasdaq, nyse] of [
      [undefined, 1, 1],
      ['4', 4, 4],
      [' 64 ', 64, 64],
      ['NASDAQ:4,NYSE:2', 4, 2],
      ['NYSE: 3 ', 1, 3],
    ] as const) {
      assert.deepEqual(read(value), [
        ['NASDAQ', nasdaq],
        ['NYSE', nyse],
      ]);
    }
  });

  const refused: readonly [value: string, why: RegExp][] = [
    ['0', /^LANES is "0"; it has to be a whole number from 1 to 64 for all exchanges, or one for each/],
    ['65', /is "65"; it has to be a whole number/],
    ['-1', /whole number/],
    ['2.5', /whole number/],
    ['NASDAQ', /whole number/],
    ['NASDAQ:0', /whole number/],
    ['NASDAQ:4;NYSE:2', /whole number/],
    ['NASDAQ:4,', /whole number/],
    ['NASDAQ=4', /whole number/],
    ['NASDAK:4', /"NASDAK" is none of the exchanges NASDAQ, NYSE/],
    ['NASDAQ:4,NASDAQ:2', /"NASDAQ" is named twice/],
    ['', /is empty/],
  ];
  for (const [value, why] of refused) {
    it(`are refused as "${value}"`, () => {
      assert.throws(
        () => read(value),
        (error: unknown) =>
          error instanceof ConfigError && error.problems.length === 1 && why.test(error.problems[0] ?? ''),
      );
    });
  }
});
