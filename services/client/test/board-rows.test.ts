import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

// Figures are shown by the page's settings.
Object.assign(globalThis, {
  matchMedia: () => ({ matches: false, addEventListener: () => {} }),
  addEventListener: () => {},
  document: { documentElement: { dataset: {}, style: {} } },
});
const { boardCsv } = await import('../src/board/board-csv.ts');
const { questionParameters, readQuestion, shownList } = await import('../src/board/board-question.ts');
const { COLUMN_NAMES, columnTracks, moveColumn, parseColumns, USUAL_COLUMNS } = await import('../src/board/columns.ts');
const { moversOf } = await import('../src/board/movers.ts');
const { filterRows } = await import('../src/board/row-filter.ts');
const { StockRow } = await import('../src/board/stock-row.ts');
const { compareNames, firstOnes, nextSorting, parseSorting, sorted } = await import('../src/board/sorting.ts');
const { boardTick } = await import('./live-ticks.ts');
type Row = InstanceType<typeof StockRow>;

const NOW = Date.parse('2026-11-20T15:00:00Z') * 1000;

function row(stock: string, price: number, before: number | undefined, exchange = 'NASDAQ'): Row {
  const made = new StockRow(stock, exchange);
  made.load(
    {
      ...{ stock_name: stock, exchange_name: exchange, price, timestamp: '2026-11-20T14:59:58.123456Z' },
      ...{ previous_close: before ?? null, previous_close_time: null, change: null, change_percent: null },
      ...{ open: before ?? null, high: price, low: before ?? null, ticks: 3, ticks_per_minute: 1, sparkline: [] },
    },
    { sparkFrom: undefined, liveSince: 0, position: new Map([['NASDAQ/0', 10]]) },
  );
  return made;
}

const names = (rows: readonly Row[]): string => rows.map(({ stock }) => stock).join();

describe('rows of the board', () => {
  const rows = [row('AAPL', 11, 10), row('MSFT', 9, 10), row('NEW', 5, undefined), row('TSLA', 10, 10, 'NYSE')];
  const facts = {
    favourites: new Set(['TSLA']),
    freshness: ({ stock }: Row) => (stock === 'NEW' ? 'stale' : stock === 'MSFT' ? 'closed' : 'live') as 'live',
  };
  const ask = { text: '', exchange: undefined, show: 'all', stocks: undefined } as const;

  it('are filtered by state, and counted for every state that the other filters leave', () => {
    const all = filterRows(rows, ask, facts);
    assert.deepEqual(all.counts, { all: 4, favourites: 1, up: 1, down: 1, silent: 1, closed: 1 });
    for (const [show, expected] of Object.entries({
      favourites: 'TSLA',
      up: 'AAPL',
      down: 'MSFT',
      silent: 'NEW',
      closed: 'MSFT',
    }))
      assert.equal(names(filterRows(rows, { ...ask, show: show as 'up' }, facts).rows), expected, show);
    const some = filterRows(
      rows,
      { ...ask, text: ' s', stocks: new Set(['MSFT', 'AAPL', 'TSLA']), exchange: 'NASDAQ' },
      facts,
    );
    assert.equal(names(some.rows), 'MSFT');
    assert.deepEqual(some.counts, { all: 1, favourites: 0, up: 0, down: 1, silent: 0, closed: 1 });
  });

  it('are sorted both ways with what is not known at the end, and equal ones by name', () => {
    const percent = (descending: boolean) => names(sorted(rows, { key: 'percent', descending }, NOW));
    assert.equal(percent(true), 'AAPL,TSLA,MSFT,NEW');
    assert.equal(percent(false), 'MSFT,TSLA,AAPL,NEW');
    const equal = [row('B', 1, 1), row('C', 1, 1), row('A', 1, 1)].sort(compareNames);
    assert.equal(names(sorted(equal, { key: 'price', descending: true }, NOW)), 'A,B,C');
    assert.equal(names(sorted(rows, { key: 'stock', descending: true }, NOW)), 'TSLA,NEW,MSFT,AAPL');
    assert.equal(names(sorted(rows, { key: 'exchange', descending: true }, NOW)), 'TSLA,AAPL,MSFT,NEW');
    const places = new Map([
      ['TSLA', 0],
      ['AAPL', 1],
    ]);
    assert.equal(names(sorted(rows, { key: 'list', descending: false }, NOW, places)), 'TSLA,AAPL,MSFT,NEW');
    assert.equal(names(firstOnes(rows, ({ stock }) => stock > 'N')), 'NEW,TSLA,AAPL,MSFT');
  });

  it('tell who moves most, and never one that does not move', () => {
    const { gainers, losers } = moversOf([...rows, row('UP', 12, 10)], NOW, 2);
    assert.equal(names(gainers), 'UP,AAPL');
    assert.equal(names(losers), 'MSFT');
    assert.equal(
      names(
        moversOf(
          Array.from({ length: 50 }, (_, index) => row(`S${index}`, 100 + ((index * 7) % 50), 100)),
          NOW,
          3,
        ).gainers,
      ),
      'S7,S14,S21',
    );
  });
});

describe('ticks of the day', () => {
  it('are counted once each: those of the answer, and the live ones behind it', () => {
    const one = row('AAPL', 11, 10);
    const day = NOW - 3600e6;
    const count = (seq: number, time = NOW) => one.countDayTicks('NASDAQ/0', boardTick({ seq, time }), day);
    for (const seq of [9, 10, 11, 11, 12]) count(seq);
    count(13, day - 1);
    assert.equal(one.dayTicks, 5);
    const next = boardTick({ price: 12, time: NOW + 86_400e6, seq: 14 });
    one.noteDayTick(next, NOW + 80_000e6);
    one.countDayTicks('NASDAQ/0', next, NOW + 80_000e6);
    assert.equal(one.dayTicks, 1);
  });
});

describe('the order of the board', () => {
  it('is read from an address, and what it can’t be is told', () => {
    assert.deepEqual(parseSorting('-percent'), { key: 'percent', descending: true });
    assert.equal(parseSorting('colour'), undefined);
    const { problems, show, sorting } = readQuestion(new URLSearchParams('show=loud&sort=colour'));
    assert.deepEqual([show, sorting], ['all', undefined]);
    assert.match(problems.map(({ text }) => text).join(), /show=“loud”.*silent.*sort=“colour”.*percent/s);
    // No exchange is called so: the board would be empty, with a chip that says nothing.
    assert.equal(readQuestion(new URLSearchParams('exchange=')).exchange, undefined);
  });

  it('begins with the largest figure, the first name, the youngest age, and turns round at the second click', () => {
    const first = nextSorting({ key: 'stock', descending: false }, 'percent');
    assert.deepEqual(first, { key: 'percent', descending: true });
    assert.deepEqual(nextSorting(first, 'percent'), { key: 'percent', descending: false });
    assert.deepEqual(nextSorting(first, 'age'), { key: 'age', descending: false });
  });

  it('shows the kept list where it is the link’s own, and the link’s where it is another', () => {
    const kept = [{ name: 'Tech', stocks: ['A', 'B'] }];
    const link = { name: 'Tech', stocks: ['A', 'C'], left: 0 };
    assert.equal(shownList(link, kept, false)?.kept, false);
    assert.deepEqual(shownList(link, kept, true), { name: 'Tech', stocks: ['A', 'B'], kept: true, left: 0 });
    assert.equal(shownList({ ...link, stocks: ['A', 'B'] }, kept, false)?.kept, true);
    assert.equal(shownList({ ...link, stocks: undefined }, kept, false)?.kept, true);
    assert.equal(shownList({ name: 'Other', stocks: undefined, left: 0 }, kept, false), undefined);
  });

  it('keeps a link’s list in its address as long as it may be there, for nothing else has it; of a kept one, the name', () => {
    const stocks = Array.from({ length: 500 }, (_, index) => `STOCK.NAME.${index}`);
    const written = (kept: boolean) => {
      const list = { name: 'Long', stocks, kept, left: 0 };
      return questionParameters({ text: '', exchange: undefined, show: 'all', sorting: undefined, list });
    };
    assert.deepEqual([written(false).list, written(false).name], [stocks.join(','), 'Long']);
    assert.deepEqual([written(true).list, written(true).name], [undefined, 'Long']);
  });
});

describe('columns', () => {
  it('come out of broken storage as far as they are known', () => {
    for (const rubbish of [undefined, {}, 'price']) assert.equal(parseColumns(rubbish), undefined);
    assert.deepEqual(parseColumns(['age', 'price', 'age', 'colour', 3]), ['age', 'price']);
    assert.deepEqual(parseColumns([]), []);
  });

  it('move by places and never out of the row', () => {
    assert.deepEqual(moveColumn(['price', 'age', 'rate'], 'rate', -1), ['price', 'rate', 'age']);
    assert.deepEqual(moveColumn(['price', 'age', 'rate'], 'price', -1), ['price', 'age', 'rate']);
    assert.deepEqual(moveColumn(['price', 'age', 'rate'], 'price', 9), ['age', 'rate', 'price']);
    assert.equal(columnTracks(COLUMN_NAMES).tracks.match(/px/g)?.length, COLUMN_NAMES.length + 2);
  });
});

describe('the board as CSV', () => {
  it('has the rows and columns that are shown, every known digit, and times in UTC', () => {
    const tiny = row('TINY', 0.00000012345, 0.0000001);
    assert.equal(
      boardCsv(
        [row('AAPL', 123456789012.345, 100.1), tiny],
        ['time', 'price', 'change', 'previous', 'range', 'age'],
        NOW,
      ),
      'stock_name,exchange_name,timestamp,price,change,previous_close,low,high\r\n' +
        'AAPL,NASDAQ,2026-11-20T14:59:58.123456Z,123456789012.345,123456788912.245,100.1,100.1,123456789012.345\r\n' +
        'TINY,NASDAQ,2026-11-20T14:59:58.123456Z,0.00000012345,0.00000002345,0.0000001,0.0000001,0.00000012345\r\n',
    );
    assert.match(
      boardCsv([], USUAL_COLUMNS, NOW),
      /^stock_name,exchange_name,price,change,change_percent,low,high,ticks_per_minute,timestamp\r\n$/,
    );
  });

  it('leaves out what is not known, quotes what needs it, and runs nothing in a spreadsheet', () => {
    const text = boardCsv([row('=1+2', 5, undefined), row('a,"b"', 5, 5), row('@x', -3, -2)], ['price', 'change'], NOW);
    assert.deepEqual(text.split('\r\n').slice(1, 4), [
      "'=1+2,NASDAQ,5,",
      '"a,""b""",NASDAQ,5,0.00',
      "'@x,NASDAQ,-3,-1.00",
    ]);
  });
});
