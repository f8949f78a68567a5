import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConfigError, type Environment, EnvReader, messageRules } from '../src/index.ts';

function problemsOf(env: Environment): string {
  const reader = new EnvReader(env);
  messageRules(reader);
  try {
    reader.finish();
    return '';
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.join('\n');
  }
}

it('prices of named exchanges may be below zero, and the map counts for all of them', () => {
  const rulesOf = messageRules(
    new EnvReader({ SIGNED_PRICES: ' NYMEX, ICE', MESSAGE_MAP: '{"stock":"s","price":"p"}' }),
  );
  assert.deepEqual(
    ['NYMEX', 'ICE', 'NYSE'].map((exchange) => rulesOf(exchange).signed ?? false),
    [true, true, false],
  );
  assert.deepEqual(rulesOf('NYSE').map, { stock: ['s'], price: ['p'] });
});

it('not set, or empty as compose passes it on, changes nothing', () => {
  for (const env of [{}, { SIGNED_PRICES: '', MESSAGE_MAP: '' }]) {
    assert.equal(problemsOf(env), '');
    assert.deepEqual({ ...messageRules(new EnvReader(env))('NYSE') }, { map: undefined });
  }
});

it('what can’t be read is named, and so are both at once', () => {
  const problems = problemsOf({ SIGNED_PRICES: 'NYMEX,N Y', MESSAGE_MAP: '{"stock":"s"}' });
  assert.match(problems, /MESSAGE_MAP lacks "price"/);
  assert.match(problems, /SIGNED_PRICES has "N Y": no name of an exchange/);
  assert.match(problemsOf({ SIGNED_PRICES: 'NYMEX,' }), /SIGNED_PRICES has ""/);
});
