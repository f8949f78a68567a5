import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConfigError, EnvReader, type MessageSettings, messageRules, type RulesOf } from '../src/index.ts';

const NOTHING: MessageSettings = { MESSAGE_MAP: undefined, SIGNED_PRICES: undefined };

/** The rules, or what is wrong. */
function read(settings: Partial<MessageSettings>): RulesOf | string {
  const env = new EnvReader({});
  const rules = messageRules(env, { ...NOTHING, ...settings });
  try {
    env.finish();
    return rules;
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.join('\n');
  }
}

it('prices of named exchanges may be below zero, and the map counts for all of them', () => {
  const rulesOf = read({ SIGNED_PRICES: ' NYMEX, ICE', MESSAGE_MAP: '{"stock":"s","price":"p"}' });
  assert.ok(typeof rulesOf === 'function');
  assert.deepEqual(
    ['NYMEX', 'ICE', 'NYSE'].map((exchange) => rulesOf(exchange).signed ?? false),
    [true, true, false],
  );
  assert.deepEqual(rulesOf('NYSE').map, { stock: ['s'], price: ['p'] });
});

it('what is not set changes nothing', () => {
  const rulesOf = read({});
  assert.ok(typeof rulesOf === 'function');
  assert.deepEqual(rulesOf('NYSE'), { map: undefined });
});

it('what can’t be read is named, and so are both at once', () => {
  const problems = read({ SIGNED_PRICES: 'NYMEX,N Y', MESSAGE_MAP: '{"stock":"s"}' });
  assert.match(String(problems), /MESSAGE_MAP lacks "price"/);
  assert.match(String(problems), /SIGNED_PRICES has "N Y": no name of an exchange/);
  assert.match(String(read({ SIGNED_PRICES: 'NYMEX,' })), /SIGNED_PRICES has ""/);
});
