import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ImportReport } from '../src/files/import-types.ts';
import { BEGIN, HEADER, ImportKit, rows, textOf } from './import-kit.ts';

/** A second of the day of the tests. */
const at = (second: number): string => new Date((BEGIN + second) * 1000).toISOString().replace('.000Z', 'Z');
const micros = (second: number): number => (BEGIN + second) * 1_000_000;

describe('a file over a hole closes it', () => {
  let kit: ImportKit;
  before(async () => {
    kit = await ImportKit.start();
  });
  after(() => kit[Symbol.asyncDispose]());
  beforeEach(() => kit.empty());

  const listened = (exchange: string, from: number): Promise<unknown> =>
    kit.database.client.query('INSERT INTO coverage (exchange_name, from_time) VALUES ($1, $2)', [exchange, at(from)]);
  const hole = (exchange: string, from: number, to: number, lane = `${exchange}/0`, lanes = 1): Promise<unknown> =>
    kit.database.client.query(
      `INSERT INTO gaps (lane, lanes, exchange_name, from_time, to_time, messages, reason)
       VALUES ($1, $2, $3, $4, $5, NULL, 'not_listening')`,
      [lane, lanes, exchange, at(from), at(to)],
    );
  const heard = async (...stocks: readonly string[]): Promise<void> => {
    for (const stock of stocks) {
      await kit.database.client.query("INSERT INTO stock_prices VALUES ($1, $2, 'NYSE', 1)", [at(-100), stock]);
    }
  };
  const covered = async (): Promise<readonly string[]> => {
    const { rows: found } = await kit.database.client.query<{ text: string }>(
      `SELECT concat_ws(' ', exchange_name, coalesce(stock_name, '*'), extract(epoch FROM from_time)::bigint - $1,
         extract(epoch FROM to_time)::bigint - $1) AS text
       FROM coverage WHERE source IS NOT NULL ORDER BY 1`,
      [BEGIN],
    );
    return found.map(({ text }) => text);
  };
  /** Of each hole: bounds, closed stocks of all, what is left in seconds. */
  const closes = ({ texts }: ImportReport): readonly unknown[] =>
    texts.flatMap(({ closed }) =>
      closed.holes.map(({ from, to, stocks, closed: done, left }) => [
        (from - micros(0)) / 1e6,
        (to - micros(0)) / 1e6,
        `${done} of ${stocks}`,
        ...left.map((part) => [(part.from - micros(0)) / 1e6, (part.to - micros(0)) / 1e6]),
      ]),
    );

  it('wholly, for all stocks where it names all that were known by then', async () => {
    await heard('AAPL');
    await listened('NYSE', -100);
    await hole('NYSE', 5, 9);
    const report = await kit.load(textOf(rows(20, 'AAPL')));
    assert.deepEqual(closes(report), [[5, 9, '1 of 1']]);
    assert.deepEqual(await covered(), ['NYSE * 0 19']);
  });

  it('only for the stocks that it names, where others are known', async () => {
    await heard('AAPL', 'MSFT', 'ORCL');
    await listened('NYSE', -100);
    await hole('NYSE', 5, 9);
    assert.deepEqual(closes(await kit.load(textOf([...rows(20, 'AAPL'), ...rows(10, 'MSFT')]))), [[5, 9, '2 of 3']]);
    assert.deepEqual(
      await covered(),
      ['NYSE AAPL 0 19', 'NYSE MSFT 0 19'],
      'a stock that is silent in its span was silent',
    );
    assert.deepEqual(closes(await kit.load(textOf(rows(20, 'ORCL')))), [[5, 9, '3 of 3']]);
  });

  it('in part, and several files together wholly', async () => {
    await heard('AAPL');
    await listened('NYSE', -100);
    await hole('NYSE', 5, 20);
    const first = await kit.load(textOf(rows(10, 'AAPL')), { name: 'one' });
    assert.deepEqual(closes(first), [[5, 20, '0 of 1', [9.000001, 20]]]);
    assert.deepEqual(closes(await kit.load(textOf(rows(3, 'AAPL', 18)))), [[5, 20, '0 of 1', [9.000001, 17.999999]]]);
    assert.deepEqual(closes(await kit.load(textOf(rows(10, 'AAPL', 9)))), [[5, 20, '1 of 1']]);
    await kit.store.undoImport('one');
    const spans = [{ exchange: 'NYSE', from: micros(0), to: micros(9), stocks: ['AAPL'] }];
    const again = await kit.store.closedHoles(spans as never, undefined);
    assert.deepEqual(
      again.holes.map(({ closed }) => closed),
      [1],
      'what is taken back is open again',
    );
  });

  it('not where its own lines were rejected; another file may', async () => {
    await heard('AAPL');
    await listened('NYSE', -100);
    await hole('NYSE', 5, 9);
    const lines = rows(20, 'AAPL').map((line, i) => (i === 7 ? line.replace(/\d+$/, 'none') : line));
    assert.deepEqual(closes(await kit.load(textOf(lines))), [[5, 9, '0 of 1', [6, 8]]]);
    const mended = await kit.load(textOf(rows(3, 'AAPL', 6).map((line) => `${line}.5`)));
    assert.deepEqual(closes(mended), [
      [5, 9, '1 of 1'],
      [6, 8, '1 of 1'],
    ]);
  });

  it('only of the stocks of its lane', async () => {
    await heard('AAPL', 'MSFT');
    await listened('NYSE', -100);
    await hole('NYSE', 5, 9, 'NYSE/0', 2);
    await hole('NYSE', 5, 9, 'NYSE/1', 2);
    const report = await kit.load(textOf(rows(20, 'AAPL')));
    const concerned = closes(report).map((one) => (one as readonly unknown[])[2]);
    assert.ok(concerned.length === 1 && /^1 of [12]$/.test(String(concerned[0])), String(concerned));
  });

  it('for every stock where somebody says that it holds everything, also when it is stored already', async () => {
    await heard('AAPL', 'MSFT');
    await hole('NYSE', 5, 30);
    const text = textOf(rows(20, 'AAPL'));
    assert.deepEqual(closes(await kit.load(text, { name: 'all' })), [[5, 30, '0 of 2', [19.000001, 30]]]);
    const covers = { from: micros(0), to: micros(40) } as never;
    const report = await kit.load(text, { covers });
    assert.equal(report.knownBefore, true);
    assert.deepEqual(closes(report), [[5, 30, '2 of 2']]);
    assert.deepEqual(await covered(), ['NYSE * 0 40', 'NYSE AAPL 0 19']);
    const grown = await kit.load(text + textOf(rows(60, 'AAPL', 20)).slice(HEADER.length + 1));
    assert.equal(grown.stored, 60);
    assert.deepEqual(
      await covered(),
      ['NYSE * 0 40', 'NYSE AAPL 0 79'],
      'a file that has grown keeps what was said of it',
    );
    await kit.store.undoImport('all');
    assert.deepEqual(await covered(), []);
    await kit.load(text);
    assert.deepEqual(await covered(), ['NYSE AAPL 0 19'], 'what was said of an import goes with it');
  });

  it('each exchange in it for itself', async () => {
    const lines = [...rows(10, 'AAPL'), ...rows(10, 'MSFT', 50).map((line) => line.replace('NYSE', 'NASDAQ'))];
    await kit.load(textOf(lines), { portionRows: 7 });
    assert.deepEqual(await covered(), ['NASDAQ MSFT 50 59', 'NYSE AAPL 0 9']);
  });

  it('of history before anybody listened it covers no stock that it does not name', async () => {
    await listened('NYSE', 10);
    await kit.load(textOf(rows(20, 'AAPL')));
    assert.deepEqual(await covered(), ['NYSE * 10 19', 'NYSE AAPL 0 19']);
  });

  it('covers nothing before it is finished, nor when a part of it is taken back', async () => {
    await kit.load(textOf(rows(20, 'AAPL')), { name: 'parts', portionRows: 5 });
    assert.deepEqual(await covered(), ['NYSE AAPL 0 19']);
    let steps = 0;
    const stop = new Error('the machine went away');
    const afterTwo = (): void => {
      if (++steps === 2) throw stop;
    };
    await assert.rejects(kit.store.undoImport('parts', afterTwo), stop);
    assert.deepEqual(await covered(), []);
    await kit.load(textOf(rows(20, 'AAPL')), { name: 'parts' });
    assert.deepEqual(await covered(), ['NYSE AAPL 0 19']);
  });

  it('stored twice on purpose covers until both are taken back', async () => {
    const text = textOf(rows(5, 'AAPL'));
    await kit.load(text, { name: 'a' });
    await kit.load(text, { name: 'a', again: true });
    assert.deepEqual(await covered(), ['NYSE AAPL 0 4', 'NYSE AAPL 0 4']);
    await kit.store.undoImport('a');
    assert.deepEqual(await covered(), ['NYSE AAPL 0 4']);
  });
});
