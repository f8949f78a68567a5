import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { BEGIN, HEADER, ImportKit, textOf } from './import-kit.ts';

/** A second of the day of the tests. */
const _at = (second: number): string => new Date((BEGIN + second) * 1000).toISOString().replace('.000Z', 'Z');
const _micros = (second: number): number => (BEGIN + second) * 1_000_000;

describe('rejected lines of a file are holes of it', () => {
  let kit: ImportKit;
  before(async () => {
    kit = await ImportKit.start();
  });
  after(() => kit[Symbol.asyncDispose]());
  beforeEach(() => kit.empty());

  /** Holes as `exchange from to lines stocks detail`, the times in seconds of the test. */
  const holes = async (): Promise<readonly string[]> => {
    const { rows: found } = await kit.database.client.query<{ text: string }>(
      `SELECT concat_ws(' ', exchange_name, extract(epoch FROM from_time)::bigint - $1, extract(epoch FROM to_time)::bigint - $1,
         messages, coalesce(array_to_string(stocks, '+'), '*'), detail) AS text
       FROM gaps WHERE reason = 'rejected' AND lane = '' AND lanes = 1 AND source IS NOT NULL ORDER BY from_time, to_time, detail, exchange_name`,
      [BEGIN],
    );
    return found.map(({ text }) => text);
  };
  const file = (...lines: readonly string[]): string => textOf(lines);
  const tick = (second: number, stock = 'AAPL', exchange = 'NYSE'): string =>
    `${BEGIN + second},${stock},${exchange},${second + 1}`;
  const noPrice = (second: number, stock = 'AAPL', exchange = 'NYSE'): string =>
    `${BEGIN + second},${stock},${exchange},none`;

  it('a run of them is one hole from the tick before it to the tick behind it, of the stocks that can be read', async () => {
    await kit.load(
      file(
        noPrice(0),
        tick(1),
        noPrice(2),
        '',
        noPrice(3, 'MSFT'),
        tick(4),
        'what is this',
        tick(6),
        '# nothing is wrong with a remark',
        HEADER,
        tick(7),
        noPrice(8, 'ORCL', 'NASDAQ'),
        noPrice(9),
      ),
    );
    assert.deepEqual(await holes(), [
      'NYSE 1 1 1 AAPL line 2',
      'NYSE 1 4 2 AAPL+MSFT 2 of lines 4 to 6',
      'NYSE 4 6 1 * line 8, of an exchange that is not read, of a stock that is not read',
      'NASDAQ 7 7 1 ORCL line 13',
      'NYSE 7 7 1 AAPL line 14',
    ]);
  });

  it('a file of nothing but rejected lines tells no hole, as nothing tells where it would be', async () => {
    await kit.load(file(noPrice(1), noPrice(2)));
    assert.deepEqual(await holes(), []);
  });

  it('a run that crosses portions is one hole, also where whole portions have no tick', async () => {
    const lines = [
      tick(0),
      ...Array.from({ length: 25 }, (_, i) => noPrice(i + 1)),
      tick(30),
      tick(31),
      noPrice(32),
      tick(33),
    ];
    for (const portionRows of [1, 2, 3, 4, 7, 26, 27, 28, 100]) {
      await kit.empty();
      await kit.load(file(...lines), { portionRows });
      assert.deepEqual(
        await holes(),
        ['NYSE 0 30 25 AAPL lines 3 to 27', 'NYSE 31 33 1 AAPL line 30'],
        `${portionRows}`,
      );
    }
  });

  it('a file that grows moves the end of its last hole, and taking back a part opens it again', async () => {
    const begin = [noPrice(0), tick(1), noPrice(2), noPrice(3)];
    await kit.load(file(...begin), { name: 'grows', portionRows: 2 });
    assert.deepEqual(await holes(), ['NYSE 1 1 1 AAPL line 2', 'NYSE 1 1 2 AAPL lines 4 to 5']);
    const first = await holes();
    const grown = file(...begin, noPrice(4), tick(5), noPrice(6), tick(7));
    await kit.load(grown, { name: 'grows', portionRows: 10 });
    assert.deepEqual(await holes(), [
      'NYSE 1 1 1 AAPL line 2',
      'NYSE 1 5 3 AAPL lines 4 to 6',
      'NYSE 5 7 1 AAPL line 8',
    ]);
    const stop = new Error('the machine went away');
    const once = (): void => {
      throw stop;
    };
    await assert.rejects(kit.store.undoImport('grows', once), stop);
    assert.deepEqual(await holes(), first, 'as before it had grown');
    await kit.load(grown, { name: 'grows', portionRows: 1 });
    assert.equal((await holes())[1], 'NYSE 1 5 3 AAPL lines 4 to 6');
    await kit.store.undoImport('grows');
    assert.deepEqual(await holes(), []);
  });

  it('half of a last line is no hole any more when the file is whole', async () => {
    const whole = file(tick(1), tick(2), tick(3));
    await kit.load(whole.slice(0, -12), { name: 'cut' });
    assert.deepEqual(await holes(), [
      'NYSE 2 2 1 AAPL line 4, of an exchange that is not read, of a stock that is not read',
    ]);
    await kit.load(whole, { name: 'cut' });
    assert.deepEqual(await holes(), []);
    assert.equal(await kit.stored(), 3);
  });

  it('where a file goes from one stock to the next, a line is at the end of its own or at its start', async () => {
    await kit.load(
      file(tick(1, 'A'), tick(9, 'A'), noPrice(10, 'A'), tick(2, 'B'), tick(8, 'B'), 'x,y,z', tick(3, 'C')),
    );
    assert.deepEqual(await holes(), [
      'NYSE 3 8 1 * line 7, of an exchange that is not read, of a stock that is not read',
      'NYSE 9 10 1 A line 4',
    ]);
  });

  it('in a file that begins with the newest, and where ticks are not in order, it reaches over the line itself', async () => {
    await kit.load(file(tick(9, 'B'), noPrice(8, 'A'), tick(7, 'A'), noPrice(5, 'C'), tick(6, 'B'), 'x', tick(4, 'A')));
    assert.deepEqual(await holes(), [
      'NYSE 4 6 1 * line 7, of an exchange that is not read, of a stock that is not read',
      'NYSE 5 5 1 C line 5',
      'NYSE 7 8 1 A line 3',
    ]);
    await kit.empty();
    await kit.load(file(tick(3), noPrice(1), tick(4)));
    assert.deepEqual(await holes(), ['NYSE 1 4 1 AAPL line 3']);
  });

  it('a line whose exchange can not be read may be of each of the file', async () => {
    await kit.load(file(tick(1), tick(2, 'MSFT', 'NASDAQ'), 'x', tick(3)));
    assert.deepEqual(await holes(), [
      'NASDAQ 2 3 1 MSFT line 4, of an exchange that is not read, of a stock that is not read',
      'NYSE 2 3 1 AAPL line 4, of an exchange that is not read, of a stock that is not read',
    ]);
    await kit.empty();
    await kit.load(file('x', tick(1), tick(2), tick(3, 'MSFT', 'NASDAQ')), { portionRows: 1 });
    assert.deepEqual(
      (await holes()).map((one) => one.slice(0, 18)),
      ['NASDAQ 1 1 1 MSFT ', 'NYSE 1 1 1 AAPL li'],
      'also of one that came later',
    );
    await kit.empty();
    await kit.load(`timestamp,price\n${BEGIN},1\nx\n${BEGIN + 2},2\n`, { stock: 'S', exchange: 'FX' });
    assert.deepEqual(await holes(), ['FX 0 2 1 S line 3']);
  });

  it('a line whose stock can not be read is of the one that the file names, as long as it names one', async () => {
    const begin = [tick(1), 'x', tick(3)];
    await kit.load(file(...begin), { name: 'one' });
    const detail = 'line 3, of an exchange that is not read, of a stock that is not read';
    assert.deepEqual(await holes(), [`NYSE 1 3 1 AAPL ${detail}`]);
    await kit.load(file(...begin, tick(4, 'MSFT')), { name: 'one' });
    assert.deepEqual(await holes(), [`NYSE 1 3 1 * ${detail}`]);
  });

  it('JSON and messages say whose line was rejected, too', async () => {
    const object = (second: number, price: string): string =>
      `{"stock_name":"AAPL","exchange_name":"NYSE","price":${price},"timestamp":${BEGIN + second}}`;
    await kit.load([object(1, '1'), object(2, '"none"'), object(3, '2'), ''].join('\n'));
    assert.deepEqual(await holes(), ['NYSE 1 3 1 AAPL line 2']);
    await kit.empty();
    const message = (second: number, price: string): string => `AAPL:(${price}, ${BEGIN + second})`;
    await kit.load([message(1, '1'), message(2, 'none'), message(3, '2'), ''].join('\n'), { exchange: 'NYSE' });
    assert.deepEqual(await holes(), ['NYSE 1 3 1 AAPL line 2']);
  });

  it('a flood of them is told in so many holes, with every line counted and no tick outside of their bounds', async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => (i % 2 === 0 ? tick(i) : noPrice(i)));
    await kit.load(file(...lines));
    const { rows: found } = await kit.database.client.query<{ n: number; lines: number }>(
      'SELECT count(*)::int AS n, sum(messages)::int AS lines FROM gaps',
    );
    assert.equal(found[0]?.lines, 3000);
    assert.ok((found[0]?.n ?? 0) <= 1002, `${found[0]?.n} holes`);
    const { rows: outside } = await kit.database.client.query(
      `SELECT i FROM generate_series(1, 5999, 2) AS i WHERE NOT EXISTS (SELECT FROM gaps
         WHERE to_timestamp($1::bigint + least(i - 1, 5998)) <= to_time AND to_timestamp($1::bigint + least(i + 1, 5998)) >= from_time)`,
      [BEGIN],
    );
    assert.deepEqual(outside, []);
  });
});
