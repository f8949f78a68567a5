import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConfigError, EnvReader, sealAfterDays } from '../src/index.ts';

function read(value: string | undefined): number | undefined {
  const env = new EnvReader(value === undefined ? {} : { SEAL_AFTER_DAYS: value });
  const days = sealAfterDays(env);
  env.finish();
  return days;
}

it('SEAL_AFTER_DAYS is a week by default, days, or off; anything else refuses the start', () => {
  assert.deepEqual([undefined, '1', '30', 'off'].map(read), [7, 1, 30, undefined]);
  for (const value of ['0', '-1', '1.5', 'never', '', '100001', '7d'])
    assert.throws(() => read(value), ConfigError, value);
  assert.throws(
    () => read('7d'),
    /SEAL_AFTER_DAYS is "7d"; it has to be a whole number of days from 1 to 100000, or off/,
  );
});
