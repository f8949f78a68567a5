import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listQuery, readList } from '../src/lists/list-link.ts';
import {
  type Changed,
  fillList,
  freeName,
  MAX_LISTS,
  MAX_NAME,
  MAX_STOCKS,
  makeList,
  moveStock,
  parseLists,
  renameList,
  toggleStock,
  type Watchlist,
} from '../src/lists/watchlists.ts';

const TECH: Watchlist = { name: 'Tech', stocks: ['AAPL', 'MSFT', 'TSLA'] };

function lists(changed: Changed): readonly Watchlist[] {
  assert.ok(changed.ok, changed.ok ? '' : changed.reason);
  return changed.lists;
}

function reason(changed: Changed): string {
  assert.ok(!changed.ok);
  return changed.reason;
}

describe('watchlists', () => {
  it('come out of broken storage as far as they are whole', () => {
    for (const rubbish of [undefined, null, 7, 'x', {}, [null, 1, 'a', [], { name: 3 }, { name: ' ' }]])
      assert.deepEqual(parseLists(rubbish), []);
    assert.deepEqual(parseLists([{ name: ' My  list ', stocks: ['A', 1, 'A', '', null, 'B'] }, { name: 'Bare' }]), [
      { name: 'My list', stocks: ['A', 'B'] },
      { name: 'Bare', stocks: [] },
    ]);
    const many = Array.from({ length: MAX_LISTS + 9 }, (_, index) => ({ name: `L${index}`, stocks: [] }));
    assert.equal(parseLists(many).length, MAX_LISTS);
    const long = [{ name: 'Long', stocks: Array.from({ length: MAX_STOCKS + 9 }, (_, index) => `S${index}`) }];
    assert.equal(parseLists(long)[0]?.stocks.length, MAX_STOCKS);
  });

  it('never take the place of another of their name', () => {
    const made = lists(makeList([TECH], 'Bonds'));
    assert.match(reason(makeList(made, ' Tech ')), /“Tech” already/);
    assert.match(reason(renameList(made, 'Bonds', 'Tech')), /“Tech” already/);
    assert.deepEqual(lists(renameList(made, 'Bonds', 'Gilts'))[1], { name: 'Gilts', stocks: [] });
    assert.equal(freeName(made, 'Tech'), 'Tech 2');
    assert.equal(freeName(lists(makeList(made, 'Tech 2')), 'Tech'), 'Tech 3');
  });

  it('say what is wrong with a name, and when they are full', () => {
    assert.match(reason(makeList([], '  ')), /needs a name/);
    assert.match(reason(makeList([], 'x'.repeat(MAX_NAME + 1))), new RegExp(`up to ${MAX_NAME} characters`));
    const full = Array.from({ length: MAX_LISTS }, (_, index) => ({ name: `L${index}`, stocks: [] }));
    assert.match(reason(makeList(full, 'One more')), new RegExp(`${MAX_LISTS} lists.*“One more”`));
    const stocks = Array.from({ length: MAX_STOCKS }, (_, index) => `S${index}`);
    assert.match(
      reason(toggleStock([{ name: 'Full', stocks }], 'Full', 'Z')),
      new RegExp(`up to ${MAX_STOCKS} stocks`),
    );
    assert.match(reason(toggleStock([], 'Gone', 'A')), /no list “Gone” any more/);
  });

  it('take stocks on and off, and keep the order that a hand gave them', () => {
    const off = lists(toggleStock([TECH], 'Tech', 'MSFT'));
    assert.deepEqual(off[0]?.stocks, ['AAPL', 'TSLA']);
    assert.deepEqual(lists(toggleStock(off, 'Tech', 'KO'))[0]?.stocks, ['AAPL', 'TSLA', 'KO']);
    assert.deepEqual(lists(moveStock([TECH], 'Tech', 'TSLA', -1))[0]?.stocks, ['AAPL', 'TSLA', 'MSFT']);
    assert.deepEqual(lists(moveStock([TECH], 'Tech', 'AAPL', -1))[0]?.stocks, TECH.stocks);
    assert.deepEqual(lists(moveStock([TECH], 'Tech', 'AAPL', 9))[0]?.stocks, ['MSFT', 'TSLA', 'AAPL']);
    assert.deepEqual(lists(fillList([TECH], 'Tech', ['B', 'A', 'B']))[0]?.stocks, ['B', 'A']);
  });
});

describe('a link of a list', () => {
  const through = (list: Watchlist) => {
    const query = listQuery(list);
    assert.ok(query !== undefined);
    return readList(new URL(`http://localhost/${query}`).searchParams);
  };

  it('carries names of any kind, and the list’s own', () => {
    const stocks = [
      'BRK.B',
      'A,B',
      'back\\slash',
      'ends\\',
      ',',
      ' spaced ',
      'S&P 500',
      '日本,株',
      '50%',
      'a=b#c',
      '+1',
      '🍎',
    ];
    const name = 'Käse, Wein & 50% “x”';
    assert.deepEqual(through({ name, stocks }), { name, stocks, left: 0 });
    assert.deepEqual(through({ name: 'Bare', stocks: [] }), { name: 'Bare', stocks: [], left: 0 });
  });

  it('can be written by hand, and passes through what writes addresses anew', () => {
    const written = readList(new URL('http://localhost/?list=AAPL,%20TSLA,,AAPL').searchParams);
    assert.deepEqual(written, { name: 'Shared list', stocks: ['AAPL', 'TSLA'], left: 0 });
    const query = new URLSearchParams(listQuery({ name: 'x', stocks: ['A,B', 'C'] }));
    assert.deepEqual(readList(new URLSearchParams(query.toString()))?.stocks, ['A,B', 'C']);
    assert.deepEqual(readList(new URLSearchParams('list=A,B&list=C'))?.stocks, ['A', 'B', 'C']);
    assert.equal(readList(new URLSearchParams('q=x')), undefined);
  });

  it('holds no more than a list does, and says how many were left out', () => {
    const stocks = Array.from({ length: MAX_STOCKS + 12 }, (_, index) => `S${index}`);
    const read = readList(new URLSearchParams({ list: stocks.join(',') }));
    assert.equal(read?.stocks?.length, MAX_STOCKS);
    assert.equal(read?.left, 12);
  });

  it('is not made where servers would refuse it', () => {
    const stocks = Array.from({ length: MAX_STOCKS }, (_, index) => `A long name of a stock ${index}`);
    assert.equal(listQuery({ name: 'Long', stocks }), undefined);
  });
});
