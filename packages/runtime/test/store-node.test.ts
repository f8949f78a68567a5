import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError, EnvReader, storeNode } from '../src/index.ts';

const LANES = new Map([
  ['NASDAQ', 6],
  ['NYSE', 3],
]);
const URL = 'postgresql://db1/stocks';

function read(text: string | undefined, lanes = LANES, url: string | undefined = URL) {
  const env = new EnvReader({ DATABASE_NODE: text });
  const node = storeNode(env, lanes, url);
  env.finish();
  return node;
}

describe('DATABASE_NODE', () => {
  it('says which of how many databases it is; not set, it is the only one', () => {
    assert.deepEqual(read('2/3'), { index: 2, count: 3 });
    assert.deepEqual(read(undefined), { index: 0, count: 1 });
  });

  for (const text of ['3/3', '1', '1/0', '-1/3', '1/65', 'one/3']) {
    it(`is refused as "${text}"`, () => {
      assert.throws(() => read(text), new RegExp(`DATABASE_NODE is "${text}"; it has to be a number from 0`));
    });
  }

  it('is refused where the nodes can’t share the lanes, and without a database', () => {
    assert.throws(() => read('0/2'), /LANES gives NYSE 3, which 2 nodes \(DATABASE_NODE\) can't share/);
    assert.throws(
      () => storeNodeWithout(),
      (error) => error instanceof ConfigError && /DATABASE_URL is not/.test(error.message),
    );
  });
});

function storeNodeWithout(): void {
  const env = new EnvReader({ DATABASE_NODE: '0/3' });
  storeNode(env, LANES, undefined);
  env.finish();
}
