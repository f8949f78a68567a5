import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AddressReader } from '../src/address-reader.ts';

const reader = (query: string): AddressReader => new AddressReader(new URLSearchParams(query));

describe('what an address says', () => {
  it('is read where it is right, and is nothing where it is left out', () => {
    const address = reader('from=1757494917.5&start=2026-11-22T10:00:00Z&interval=1m');
    assert.equal(address.seconds('from'), 1757494917.5);
    assert.equal(address.seconds('to'), undefined);
    assert.equal(address.time('start'), Date.parse('2026-11-22T10:00:00Z') * 1000);
    assert.equal(address.choice('interval', ['1s', '1m']), '1m');
    assert.deepEqual(address.problems, []);
  });

  it('is told where nobody understands it, with what would be right', () => {
    const address = reader(`from=yesterday&to=1e400&start=soon&interval=2m&end=${'9'.repeat(100)}x`);
    assert.equal(address.seconds('from'), undefined);
    assert.equal(address.seconds('to'), undefined);
    assert.equal(address.time('start'), undefined);
    assert.equal(address.time('end'), undefined);
    assert.equal(address.choice('interval', ['1s', '1m']), undefined);
    const texts = address.problems.map(({ text }) => text);
    assert.equal(texts[0], 'from=“yesterday” is not epoch seconds, as in 1757494917');
    assert.equal(texts[4], 'interval=“2m” is not one of 1s, 1m');
    assert.equal(texts.length, 5);
    assert.ok(texts.every((text) => text.length < 200));
  });

  it('can be wrong together', () => {
    const address = reader('from=20&to=10');
    if ((address.seconds('from') ?? 0) >= (address.seconds('to') ?? 0))
      address.refuse('to', 'does not lie after “from”');
    assert.deepEqual(address.problems, [{ parameter: 'to', text: 'to=“10” does not lie after “from”' }]);
  });
});
