import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseNatsUrl } from '../src/nats/nats-address.ts';
import { laneOfStream, natsToken, stockSubject, streamName } from '../src/nats/nats-names.ts';
import { comparePlaces, formatPlace, parsePlace } from '../src/nats/nats-place.ts';

describe('Names at NATS', () => {
  it('are one token each, whatever a stock is called, and different for different stocks', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        assert.match(natsToken(a), /^[A-Za-z0-9_%-]+$/);
        assert.equal(natsToken(a) === natsToken(b), a === b);
        assert.equal(decodeURIComponent(natsToken(a)), a);
      }),
    );
    assert.equal(stockSubject('N.Y', "BRK.B *>'"), 'ticks.N%2EY.BRK%2EB%20%2A%3E%27');
    assert.equal(natsToken(''), '-');
    assert.equal(natsToken('\ud800'), '%EF%BF%BD');
  });

  it('of streams lead back to their lanes, and to no other exchange', () => {
    assert.equal(streamName('N.Y_1/12'), 'TICKS_N%2EY_1_12');
    assert.equal(laneOfStream('TICKS_N%2EY_1_12', ['N.Y_1', 'N.Y']), 'N.Y_1/12');
    assert.equal(laneOfStream('TICKS_N%2EY_1_12', ['N.Y']), undefined);
    assert.equal(laneOfStream('ORDERS_1', ['ORDERS']), undefined);
  });
});

describe('Places in streams of NATS', () => {
  it('are read as they are written, and later generations lie behind', () => {
    const texts = ['0:0-0', '10:1-5', '10:20-9', '11@10:3-9', '12:1-1'];
    for (const text of texts) assert.equal(formatPlace(parsePlace(text) ?? assert.fail(text)), text);
    for (let i = 1; i < texts.length; i++) assert.ok(comparePlaces(texts[i - 1] ?? '', texts[i] ?? '') < 0);
    assert.equal(parsePlace('1732000000000-3'), undefined, 'a place in Redis');
  });
});

describe('The URL of NATS', () => {
  it('gives servers and a login, which its label does not show', () => {
    const { label, ...address } = parseNatsUrl('nats://tick:p%40ss@a,b:4333');
    assert.deepEqual(address, { servers: ['a:4222', 'b:4333'], user: 'tick', pass: 'p@ss' });
    assert.equal(label, 'nats at a:4222, b:4333');
    assert.deepEqual(parseNatsUrl('tls://secret@[::1]:4222'), {
      servers: ['[::1]:4222'],
      tls: {},
      token: 'secret',
      label: 'nats at [::1]:4222',
    });
    assert.throws(() => parseNatsUrl('nats://a:%ff@b'), /percent-encoded/);
    assert.throws(
      () => parseNatsUrl('nats://pass word@'),
      (error: Error) => !/pass/.test(error.message),
    );
  });
});
