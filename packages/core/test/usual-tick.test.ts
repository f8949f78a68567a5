import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeText, type EpochMicros, parseDateTime } from '../src/index.ts';
import { readUsualTick } from '../src/usual-tick.ts';

const RECEIVED = parseDateTime('2026-11-22T10:00:00.000001Z') as EpochMicros;

const TOLERANCE = 300_000_000;

/** The short way for all of a message, or for what lies between these places. */
function readShort(payload: Uint8Array, start = 0, end: number = payload.length) {
  return readUsualTick(payload, start, end, RECEIVED, RECEIVED + TOLERANCE);
}

function readLong(payload: Buffer) {
  return decodeText(payload.toString(), RECEIVED, TOLERANCE);
}

const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const digits = (max: number) => fc.string({ unit: oneOf(...'0123456789'), maxLength: max });

const mostly = (usual: string, ...others: readonly string[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, oneOf(...others));
const number = (max: number) =>
  fc.oneof(
    fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 999_999 })).map((parts) => parts.join('.')),
    fc.tuple(digits(max), oneOf('', '.'), digits(max)).map((parts) => parts.join('')),
  );
const symbol = fc.oneof(
  oneOf('AAPL', 'BRK.B', 'BF-A', 'BTC:USD', 'é', ' A', '', '7203', '600519.SH', '-'),
  oneOf(
    '220.4',
    '1e3',
    '1E3',
    '-5',
    '.5',
    'nan',
    'NAN',
    'null',
    'undefined',
    '2026-11-22',
    '1795560000',
    '20261122T10',
  ),
  fc.string({ maxLength: 18 }),
  fc.string({ unit: oneOf(...'012359.-eETAN'), maxLength: 18 }),
);

/** Messages that are the usual one, or nearly. */
const message = fc
  .tuple(
    symbol,
    mostly(':(', ':', ':( ', '('),
    number(9),
    mostly(', ', ',', ' ,', ''),
    fc.oneof(number(11), oneOf('20260105', '20261305', '20260105.5', '1795341900.000001', '1795341900.000002')),
    mostly(')', ') ', ''),
  )
  .map((parts) => Buffer.from(parts.join('')));

describe('the short cut for the usual message', () => {
  it('reads what everybody sends', () => {
    const tick = { ok: true, stock: 'AAPL', price: '220.40', time: 1757494917021389 };
    assert.deepEqual(readShort(Buffer.from('AAPL:(220.40, 1757494917.021389)')), tick);
    assert.deepEqual(readShort(Buffer.from('AAPL:220.40')), { ...tick, time: RECEIVED });
  });

  it('agrees with the long way wherever it answers, and answers often', () => {
    let answers = 0;
    fc.assert(
      fc.property(message, (payload) => {
        const short = readShort(payload);
        if (short === undefined) return;
        answers++;
        assert.deepEqual(short, readLong(payload));
      }),
      { numRuns: 50_000 },
    );
    assert.ok(answers > 1000, `only ${answers} of 50,000 messages went the short way`);
  });

  it('leaves to the long way whatever has a byte changed, unless both agree', () => {
    for (const usual of ['BF-A:(1204.05, 1757494917.021389)', 'BF-A:1204.05'].map((text) => Buffer.from(text))) {
      for (let at = 0; at < usual.length; at++) {
        for (let byte = 0; byte < 256; byte++) {
          const payload = Buffer.from(usual);
          payload[at] = byte;
          const short = readShort(payload);
          if (short !== undefined) assert.deepEqual(short, readLong(payload), payload.toString('latin1'));
        }
      }
    }
  });

  it('sees nothing before and behind the place where it is told to read', () => {
    const all = Buffer.from('12AAPL:(220.40, 1757494917.021389)MSFT:(1, 2)3');
    for (let start = 0; start < all.length; start++) {
      for (let end = start; end <= all.length; end++) {
        assert.deepEqual(readShort(all, start, end), readShort(Buffer.from(all.subarray(start, end))));
      }
    }
  });

  it('keeps symbols apart that share a place in its cache', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `S${i}`);
    for (const name of [...names, ...names.reverse()]) {
      assert.equal(readShort(Buffer.from(`${name}:(1, 1)`))?.stock, name);
    }
  });
});
