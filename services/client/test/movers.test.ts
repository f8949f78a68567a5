import assert from 'node:assert/strict';
import { it } from 'node:test';
import { haveTurned, moversOf } from '../src/board/movers.ts';
import type { StockRow } from '../src/board/stock-row.ts';

interface Changing {
  changeRatio: number | undefined;
}

function rowsOf(...ratios: readonly (number | undefined)[]): (Changing & StockRow)[] {
  return ratios.map((changeRatio) => ({ changeRatio, rate: () => 1 }) as unknown as Changing & StockRow);
}

it('movers stand in the wrong list as soon as one of them goes the other way', () => {
  const rows = rowsOf(0.02, 0.01, -0.01, undefined);
  const movers = moversOf(rows, 0, 3);
  assert.deepEqual([movers.gainers, movers.losers], [[rows[0], rows[1]], [rows[2]]]);
  assert.equal(haveTurned(movers), false);
  const [, gainer, loser] = rows;
  for (const [row, turned] of [
    [gainer, -0.001],
    [gainer, 0],
    [loser, 0.001],
  ] as const) {
    assert.ok(row);
    const before = row.changeRatio;
    row.changeRatio = turned;
    assert.equal(haveTurned(movers), true);
    row.changeRatio = before;
  }
  assert.equal(haveTurned(movers), false);
});
