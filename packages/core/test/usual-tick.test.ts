import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeAny } from '../src/decode-message.ts';
import { type EpochMicros, parseDateTime } from '../src/index.ts';
import { readUsualTick } from '../src/usual-tick.ts';

const RECEIVED = parseDateTime('2026-11-22T10:00:00.000001Z') as EpochMicros;

const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const digits = (max: number) => fc.string({ unit: oneOf(...'0123456789'), maxLength: max });

const mostly = (usual: string, ...others: readonly string[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, oneOf(...others));
const number = (max: number) =>
  fc.oneof(
    fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 999_999 })).map((parts) => parts.join('.')),
    fc.tuple(digits(max), oneOf('', '.'), digits(max)).map((parts) => parts.join('')),
  );
const symbol = fc.oneof(oneOf('AAPL', 'BRK.B', 'BF-A', 'BTC:USD', 'é', ' A', ''), fc.string({ maxLength: 18 }));

/** Messages that are the usual one, or nearly. */
const message = fc
  .tuple(
    symbol,
    mostly(':(', ':', ':( ', '('),
    number(9),
    mostly(', ', ',', ' ,', ''),
    number(11),
    mostly(')', ') ', ''),
  )
  .map((parts) => Buffer.from(parts.join('')));

describe('the short cut for the usual message', () => {
  it('reads what everybody sends', () => {
    const tick = readUsualTick(Buffer.from('AAPL:(220.40, 1757494917.021389)'), RECEIVED);
    assert.deepEqual(tick, { ok: true, stock: 'AAPL', price: '220.40', time: 1757494917021389 });
  });

  it('agrees with the long way wherever it answers, and answers often', () => {
    let answers = 0;
    fc.assert(
      fc.property(message, (payload) => {
        const short = readUsualTick(payload, RECEIVED);
        if (short === undefined) return;
        answers++;
        assert.deepEqual(short, decodeAny(payload, RECEIVED));
      }),
      { numRuns: 50_000 },
    );
    assert.ok(answers > 1000, `only ${answers} of 50,000 messages went the short way`);
  });

  it('leaves to the long way whatever has a byte changed, unless both agree', () => {
    const usual = Buffer.from('BF-A:(1204.05, 1757494917.021389)');
    for (let at = 0; at < usual.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const payload = Buffer.from(usual);
        payload[at] = byte;
        const short = readUsualTick(payload, RECEIVED);
        if (short !== undefined) assert.deepEqual(short, decodeAny(payload, RECEIVED), payload.toString('latin1'));
      }
    }
  });

  it('keeps symbols apart that share a place in its cache', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `S${i}`);
    for (const name of [...names, ...names.reverse()]) {
      assert.equal(readUsualTick(Buffer.from(`${name}:(1, 1)`), RECEIVED)?.stock, name);
    }
  });
});
