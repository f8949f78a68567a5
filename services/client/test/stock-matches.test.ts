import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MOST_MATCHES, meantStock, stockMatches } from '../src/history/stock-matches.ts';

describe('the stocks that a text may mean', () => {
  it('are those that begin with it before those that hold it, whatever their capitals', () => {
    assert.deepEqual(stockMatches(['MSFT', 'AAPL', 'PLTR', 'apx'], 'Ap'), ['AAPL', 'apx'].reverse());
    assert.deepEqual(stockMatches(['TSLA', 'SLB'], 'sl'), ['SLB', 'TSLA']);
  });

  it('are few of very many, so that a field stays quick', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `S${i}`);
    assert.equal(stockMatches(names, 's').length, MOST_MATCHES);
    assert.deepEqual(stockMatches(names, 's19999'), ['S19999']);
  });

  it('is one in other capitals only where there is none in these', () => {
    assert.equal(meantStock(['AAPL'], ' aapl '), 'AAPL');
    assert.equal(meantStock(['AAPL', 'aapl'], 'aapl'), 'aapl');
    assert.equal(meantStock(['AAPL'], 'NEW'), 'NEW');
  });

  it('is not guessed at where several differ from it by capitals alone', () => {
    assert.equal(meantStock(['AAPL', 'Aapl'], 'aapl'), 'aapl');
  });
});
