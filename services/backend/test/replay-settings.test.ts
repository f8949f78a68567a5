import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnvReader } from '@tickwatch/runtime';
import { backendConfig } from '../src/config.ts';

describe('where replays are published', () => {
  it('is nowhere while Centrifugo is not set, also where compose sets it to nothing', () => {
    assert.equal(backendConfig(new EnvReader({})).centrifugo, undefined);
    assert.equal(
      backendConfig(new EnvReader({ CENTRIFUGO_API_URL: '', CENTRIFUGO_API_KEY: '' })).centrifugo,
      undefined,
    );
  });

  it('is the server that is set, with its key', () => {
    const env = { CENTRIFUGO_API_URL: 'http://centrifugo:8000', CENTRIFUGO_API_KEY: 'k' };
    assert.deepEqual(backendConfig(new EnvReader(env)).centrifugo, {
      apiUrl: 'http://centrifugo:8000',
      apiKey: 'k',
      timeoutMs: 3000,
    });
  });

  it('may be several nodes, each told whole', () => {
    const urls = 'https://one:8000, two:8000 ,http://three/api';
    const env = { CENTRIFUGO_API_URL: urls, CENTRIFUGO_API_KEY: 'k' };
    assert.equal(
      backendConfig(new EnvReader(env)).centrifugo?.apiUrl,
      'https://one:8000,https://two:8000,http://three/api',
    );
  });

  it('is refused without a key, with a sentence', () => {
    const env = new EnvReader({ CENTRIFUGO_API_URL: 'http://centrifugo:8000' });
    backendConfig(env);
    assert.throws(() => env.finish(), /CENTRIFUGO_API_URL is set but CENTRIFUGO_API_KEY is not/);
  });
});
