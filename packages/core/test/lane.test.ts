import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ALERTS_CHANNEL,
  encodeAfter,
  encodePosition,
  exchangeOf,
  isExchangeName,
  isLaneName,
  laneOfStock,
  lanesOf,
  parseAfter,
  parsePosition,
  streamKey,
} from '../src/index.ts';

describe('lanes', () => {
  it('hold the same stocks for ever: what one version wrote to a lane another looks for there', () => {
    const places = ['AAPL', 'MSFT', 'BRK.B', 'BTC:USD', 'Ünïcode', 'トヨタ'].map((stock) => laneOfStock(stock, 64));
    assert.deepEqual(places, [0, 3, 42, 13, 63, 47]);
    assert.equal(laneOfStock('AAPL', 1), 0);
  });

  it('share the stocks evenly', () => {
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) counts[laneOfStock(`S${i}`, 4)] = (counts[laneOfStock(`S${i}`, 4)] ?? 0) + 1;
    for (const count of counts) assert.ok(count > 2200 && count < 2800, counts.join());
  });

  it('are of exchanges, none of which has the name of another live channel', () => {
    for (const name of ['NASDAQ', 'Alerts', 'alerts2']) assert.ok(isExchangeName(name), name);
    assert.ok(!isExchangeName(ALERTS_CHANNEL));
  });

  it('are named by their exchange, and have a stream each', () => {
    assert.deepEqual(
      lanesOf(
        new Map([
          ['NASDAQ', 2],
          ['N-1', 1],
        ]),
      ),
      ['NASDAQ/0', 'NASDAQ/1', 'N-1/0'],
    );
    assert.equal(exchangeOf('N-1/12'), 'N-1');
    assert.deepEqual([streamKey('NYSE/0', 1), streamKey('NYSE/0', 2)], ['ticks:NYSE', 'ticks:{NYSE/0}']);
    for (const text of ['NYSE', 'NYSE/', 'NYSE/01', 'NYSE/100', '/0', 'A/B/0', 'N YSE/0']) assert.ok(!isLaneName(text));
  });

  it('are written in positions as they are read, and what is unreadable is noticed', () => {
    const position = new Map([
      ['NASDAQ/0', 1_795_000_000_000_123],
      ['NYSE/3', 0],
    ]);
    assert.equal(encodePosition(position), 'NASDAQ/0=1795000000000123,NYSE/3=0');
    assert.deepEqual(parsePosition(encodePosition(position)), position);
    assert.deepEqual(parsePosition('NASDAQ=5, NYSE/1=6,NYSE/2=x'), new Map([['NYSE/1', 6]]));
    assert.deepEqual(parseAfter(encodeAfter(position)), position);
    assert.deepEqual(parseAfter(''), new Map());
    for (const text of ['NASDAQ:5', 'NYSE/0:', 'NYSE/0:5,', 'NYSE/0=5'])
      assert.equal(parseAfter(text), undefined, text);
  });
});
