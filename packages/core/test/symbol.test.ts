import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText, type EpochMicros, parseDateTime } from '../src/index.ts';

const RECEIVED = parseDateTime('2026-11-22T10:00:00.000001Z') as EpochMicros;

/** A symbol in all three forms. */
function formsOf(symbol: string): readonly string[] {
  return [`${symbol}:(5, 1757494917)`, `${symbol}:5`, `{"stock_name":${JSON.stringify(symbol)},"price":5}`];
}

describe('symbols', () => {
  for (const symbol of [
    ...['AAPL', 'BRK.B', 'BRK/B', 'BRK-B', 'BRK B', 'BTC:USD', 'NASDAQ:AAPL', 'C:EURUSD', 'RDSA.L', 'BF-A', '.INX'],
    ...['^GSPC', 'EURUSD=X', 'ES=F', '$SPX', 'M&M.NS', 'AT&T', 'S&P 500', 'NYSE:S&P 500', 'FTSE 100', '@ES', '@ES#'],
    ...['600519.SH', '7203', '0700.HK', '7203.T', '7203:TYO', '005930.KS', '037833100', '1COV', '8TRA.DE', '3i', '1E3'],
    ...['NAN', 'INF', 'TRUE', 'NONE', 'NYSE:NAN', 'E', 'A', 'X:BTC-USD', 'NQ!', 'CL1!', 'VOD_LN', 'BRK*B', 'A+', 'a'],
    ...[
      '1000SATS',
      'BTC-27MAR26-100000-C',
      'AAPL261120C00220000',
      'AAPL 261120C00220000',
      'SPX 220.5 C',
      'US0378331005',
    ],
    ...[
      'トヨタ自動車',
      'Сбербанк',
      'Ünïcode',
      '삼성전자',
      'Société Générale',
      'इन्फोसिस',
      'البنك',
      '贵州茅台',
      'A'.repeat(32),
    ],
  ]) {
    it(`${symbol} is one`, () => {
      for (const form of formsOf(symbol)) {
        const decoded = decodeText(form, RECEIVED);
        assert.equal(decoded.ok ? decoded.stock : decoded.detail, symbol, form);
      }
    });
  }

  const bad: readonly (readonly [kind: string, ...symbols: readonly string[]])[] = [
    [
      'a price',
      'AAPL:220.4',
      'AAPL:220',
      'AAPL:1e3',
      'AAPL:+5',
      'AAPL:-5',
      'AAPL:.5',
      'AAPL:5.',
      'AAPL:0x1f',
      'AAPL:٣',
    ],
    ['a price of some currency', 'AAPL:$220.4', 'AAPL:€5', 'AAPL:220.4USD', 'AAPL:5%', 'AAPL:220.4 USD', '$5', '+5'],
    ['a price behind something else', 'AAPL 220.4', 'AAPL=220.4', 'AAPL@220', 'AAPL|5', 'AAPL/220.4', 'A B 1.5e3'],
    [
      'a price before it',
      '220.4 AAPL',
      '220.4:AAPL',
      '5:5:AAPL',
      'AAPL:220.4:USD',
      '220.4',
      '1e3',
      '-5',
      '.5',
      '127.0.0.1',
    ],
    ['wide digits and signs', 'AAPL：２２０', 'AAPL:２２０', 'AAPL（5', 'AAPL，5'],
    [
      'nothing',
      'AAPL:NaN',
      'AAPL:nan',
      'AAPL:inf',
      'AAPL:-Infinity',
      'AAPL:null',
      'AAPL:None',
      'undefined',
      'null',
      'NaN',
    ],
    ['an empty part', 'AAPL:', ':AAPL', 'AAPL::USD', 'A: B', 'A :B', ':', '-', '.', '...', '?', '🚀'],
    ['brackets', '(AAPL', 'AAPL)', '[AAPL]', 'AAPL}', '<AAPL>', '[object Object]', 'AAPL:(5', 'AAPL:(1, 2)'],
    ['quotes', '"AAPL"', "'AAPL'", '`AAPL`', '“AAPL”', "AAPL'", '"price"', '«AAPL»'],
    ['separators of lists', 'AAPL,MSFT', 'AAPL;5', 'AAPL\\', '\\AAPL', 'AAPL,220.4'],
    [
      'a date or time',
      '2026-11-22T10:00:00Z AAPL',
      '2026-11-22 AAPL',
      'AAPL 2026-11-22',
      'AAPL:2026-11-22',
      '10:00 AAPL',
    ],
    [
      'a moment',
      '2026-11-22',
      '2026/11/22 AAPL',
      '20261122T100000 AAPL',
      '10:00:00 AAPL',
      'AAPL:2026-11-22T10:00',
      '1:30',
    ],
    [
      'epoch seconds',
      '1795560000 AAPL',
      '1795560000:AAPL',
      'AAPL 1795560000',
      '1795560000',
      '1795560000000',
      'AAPL:1795560000',
    ],
    ['control characters', 'AA\u0000PL', 'AAPL\t5', 'AA\nPL', 'AA\u0085PL', 'AAPL\u001b[0m', '\u007fAAPL'],
    [
      'what cannot be seen',
      '\ufeffAAPL',
      'AAPL\u200b',
      'AA\u00adPL',
      'AA\u2060PL',
      'AAPL\u3164',
      'A\ufe0f',
      'A\u{e0041}',
      'A\u2800',
    ],
    ['what turns text round', '\u202eAAPL', 'AAPL\u200f', '\u2066AAPL\u2069', 'AA\u061cPL'],
    ['odd white space', '\u00a0AAPL', 'AAPL\u00a0', 'BRK\u2003B', 'BRK\u3000B', 'BRK\u2028B'],
    ['what is no character', 'A\ufffdB', 'A\ud800', '\ue000A'],
  ];
  for (const [kind, ...symbols] of bad) {
    it(`that carry ${kind} are refused`, () => {
      for (const symbol of symbols) {
        for (const form of formsOf(symbol)) {
          const decoded = decodeText(form, RECEIVED);
          assert.equal(decoded.ok ? `the tick ${JSON.stringify(decoded)}` : decoded.reason, 'bad_symbol', form);
        }
      }
    });
  }

  it('with a price and a time are told what would be right', () => {
    const decoded = decodeText('AAPL:220.4:1795560000', RECEIVED);
    assert.deepEqual(decoded, {
      ok: false,
      reason: 'bad_symbol',
      detail:
        'the symbol "AAPL:220.4" contains "220.4"; for a price with a time write SYMBOL:(price, time) or a JSON object',
    });
  });

  it('that end like an index are not mistaken, but a price before a time is', () => {
    assert.ok(decodeText('S&P 500:6800.25', RECEIVED).ok);
    assert.match(JSON.stringify(decodeText('AAPL 220:1795560000', RECEIVED)), /bad_symbol.*seems to hold the price/);
  });
});
