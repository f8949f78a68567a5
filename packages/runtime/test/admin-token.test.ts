import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adminToken, ConfigError, EnvReader } from '../src/index.ts';

function read(env: Readonly<Record<string, string>>, file = ''): string | undefined {
  const reader = new EnvReader(env, () => file);
  const token = adminToken(reader);
  reader.finish();
  return token;
}

describe('ADMIN_TOKEN', () => {
  it('is taken from the environment or a file, and is not set where it is empty', () => {
    assert.equal(read({ ADMIN_TOKEN: 'sixteen-letters!' }), 'sixteen-letters!');
    assert.equal(read({ ADMIN_TOKEN_FILE: '/run/secrets/x' }, 'from-a-file-0123456789\n'), 'from-a-file-0123456789');
    assert.equal(read({ ADMIN_TOKEN: '' }), undefined);
    assert.equal(read({}), undefined);
  });

  it('refuses the start where it is too short, too long or unreadable, says what would be right, and shows nothing of it', () => {
    for (const token of [
      'short',
      'fifteen-letters',
      'x'.repeat(513),
      'with a space in it',
      'mit-Umlaut-ä-darin',
      'tab\tin-between-them',
    ]) {
      assert.throws(
        () => read({ ADMIN_TOKEN: token }),
        (error: unknown) => {
          assert.ok(error instanceof ConfigError);
          assert.match(error.message, /ADMIN_TOKEN .*16 to 512 letters, digits or signs without spaces.*openssl rand/);
          assert.ok(!error.message.includes(token));
          return true;
        },
      );
    }
  });

  it('finds a misspelt name', () => {
    assert.throws(() => read({ ADMIN_TOKN: 'sixteen-letters!' }), /ADMIN_TOKN is not a setting; ADMIN_TOKEN is meant/);
  });
});
