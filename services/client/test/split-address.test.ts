import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSplitAddress } from '../src/split/read-split-address.ts';
import { type SplitState, splitAddress } from '../src/stock/split-address.ts';

const LIVE = { kind: 'live', span: 900 } as const;

function read(address: string) {
  const { problems, ...state } = readSplitAddress(new URL(address, 'http://host').searchParams);
  return { state, problems: problems.map(({ text }) => text) };
}

/** Without what is left out. */
function plain(state: SplitState): unknown {
  return JSON.parse(JSON.stringify(state));
}

describe('the address of a split view', () => {
  it('is read as it was written, whatever the stocks are called', () => {
    const odd = ['A~B', 'A:5m', 'A@B', '100%', '%41', 'é 日', 'a/b?c#d&e=f+g', '..', 'AAPL:line', '~', '!*()\'"'];
    for (const stock of odd) {
      const state: SplitState = {
        charts: [
          {
            ...{ stock, exchange: stock, interval: '5m', style: 'line', scale: 'log', fit: 'usual' },
            studies: [
              { kind: 'sma', length: 20 },
              { kind: 'bb', length: 20, width: 2.5 },
            ],
            compare: ['MSFT', 'A,B~C:D=E%2C', 'vs,F'],
            wanted: { kind: 'live', span: 60 },
          },
          undefined,
          { stock: 'MSFT', exchange: undefined, wanted: { kind: 'past', from: 1000, to: 2000 } },
        ],
        wanted: { kind: 'past', from: 1_795_000_000, to: 1_795_000_600 },
        linked: false,
        stacked: true,
      };
      const address = splitAddress(state);
      assert.deepEqual({ ...read(address), state: plain(read(address).state) }, { state: plain(state), problems: [] });
    }
  });

  it('can be written by hand', () => {
    const { state, problems } = read('/split?charts=AAPL~AAPL:1h:line:log:vs,MSFT~BRK.B@NYSE&interval=5m');
    assert.deepEqual(problems, []);
    assert.deepEqual(plain(state), {
      charts: [
        { stock: 'AAPL', interval: '5m' },
        { stock: 'AAPL', interval: '1h', style: 'line', scale: 'log', compare: ['MSFT'] },
        { stock: 'BRK.B', exchange: 'NYSE', interval: '5m' },
      ],
      wanted: LIVE,
      linked: true,
      stacked: false,
    });
    assert.equal(
      splitAddress({ charts: state.charts, wanted: LIVE }),
      '/split?charts=AAPL:5m~AAPL:1h:line:log:vs,MSFT~BRK.B@NYSE:5m',
    );
  });

  it('has two places at least and four at most, and says what it leaves out', () => {
    assert.equal(read('/split').state.charts.length, 2);
    const { state, problems } = read('/split?charts=A~B~C~D~E&linked=yes&layout=round&rows=3');
    assert.equal(state.charts.length, 4);
    assert.equal(problems.length, 4);
    for (const part of ['A:sma0', 'A:vs,A', 'A:vs,', 'A:7m', 'A@B@C', ':5m', '%E0%A4%A', 'A:last0', 'A:9-8']) {
      const { state: empty, problems: told } = read(`/split?charts=${encodeURIComponent(part)}~B`);
      assert.equal(empty.charts[0], undefined, part);
      assert.ok(told[0]?.includes(`has “${part}”, which is not a stock`), told[0]);
    }
  });
});
