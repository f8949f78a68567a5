import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode, fateOf, partsOf } from './message-parts.ts';

describe('a message of several ticks', () => {
  const cases: readonly [title: string, message: string, parts: readonly [fate: string, text: string][]][] = [
    [
      'has one a line, in any of the forms, and blank lines between are nothing',
      '\n AAPL:(220.4, 1757494917.021389)\r\n\n\t\r\nTSLA:723.02 \n{"stock_name":"MSFT","price":1.50}\n\n',
      [
        ['AAPL 220.4', 'AAPL:(220.4, 1757494917.021389)'],
        ['TSLA 723.02', 'TSLA:723.02'],
        ['MSFT 1.50', '{"stock_name":"MSFT","price":1.50}'],
      ],
    ],
    [
      'loses only the lines that are wrong',
      `A:1\nhello\nB:(2, 1757494917)\n${'x'.repeat(1025)}\n{"stock_name":\nÄ:3\nC:(0, 1)`,
      [
        ['A 1', 'A:1'],
        ['bad_form', 'hello'],
        ['B 2', 'B:(2, 1757494917)'],
        ['too_long', 'x'.repeat(1025)],
        ['bad_form', '{"stock_name":'],
        ['Ä 3', 'Ä:3'],
        ['bad_price', 'C:(0, 1)'],
      ],
    ],
    [
      'may be a JSON object a line',
      '{"stock_name":"A","price":1}\n{"stock_name":"B","price":{}}\n{"stock_name":"C","price":3}',
      [
        ['A 1', '{"stock_name":"A","price":1}'],
        ['bad_price', '{"stock_name":"B","price":{}}'],
        ['C 3', '{"stock_name":"C","price":3}'],
      ],
    ],
    [
      'loses only the first line where that is an object cut off',
      '{"stock_name":"A","pri\n{"stock_name":"B","price":2}',
      [
        ['bad_form', '{"stock_name":"A","pri'],
        ['B 2', '{"stock_name":"B","price":2}'],
      ],
    ],
    [
      'may be a JSON array, of which each element stands for itself',
      ` [ {"stock_name":"Ä","price":1.10} ,7,{"x":[{"a":"],}\\""},{}],"stock_name":"B\\u00e9","price":"2"},\n[],{},null,{"stock_name":"${'C'.repeat(1024)}"}]\n`,
      [
        ['Ä 1.10', '{"stock_name":"Ä","price":1.10}'],
        ['bad_form', '7'],
        ['Bé 2', '{"x":[{"a":"],}\\""},{}],"stock_name":"B\\u00e9","price":"2"}'],
        ['bad_form', '[]'],
        ['bad_symbol', '{}'],
        ['bad_form', 'null'],
        ['too_long', `{"stock_name":"${'C'.repeat(1024)}"}`],
      ],
    ],
  ];
  for (const [title, message, expected] of cases) {
    it(title, () => {
      assert.deepEqual(
        partsOf(message).map(({ item, text }) => [fateOf(item), text]),
        expected,
      );
    });
  }

  it('with bytes that are no text loses only their line', () => {
    const message = Buffer.concat([Buffer.from('A:1\nB'), Buffer.from([0xff]), Buffer.from(':2\nC:3')]);
    assert.deepEqual(
      partsOf(message).map(({ item }) => fateOf(item)),
      ['A 1', 'not_text', 'C 3'],
    );
  });

  it('is what its lines are alone, byte for byte', () => {
    const lines = [
      'AAPL:(220.4, 1757494917.021389)',
      'MSFT:7',
      'B:(1e2, 20260105)',
      '{"stock_name":"C","price":3}',
      'bad',
    ];
    for (const separator of ['\n', '\r\n', '\n\n', ' \n ']) {
      const together = partsOf(lines.join(separator));
      assert.deepEqual(together, lines.flatMap(partsOf));
    }
  });

  it('of exactly the longest size is read, its ticks of the longest size too', () => {
    const longest = `{"stock_name":"A","price":1,"x":"${'y'.repeat(1024 - 35)}"}`;
    assert.equal(longest.length, 1024);
    assert.equal(fateOf(decode(longest)), 'A 1');
    const message = `${longest}\n`.repeat(63).padEnd(65_536 - 4, ' ');
    assert.equal(partsOf(`${message}\nB:2`).length, 64);
  });
});
