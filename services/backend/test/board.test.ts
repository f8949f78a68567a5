import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type BoardRow,
  calendarsOf,
  compareTicks,
  type EpochMicros,
  formatMicros,
  parseTime,
  type SequencedTick,
  type SessionCalendar,
  sessionDay,
  TimeZone,
} from '@tickwatch/core';
import type { BoardKey, BoardQuestion, TickReader } from '@tickwatch/store';
import { tick } from './contract-api.ts';
import { commit, randomTicks, Tail } from './market.ts';
import { compareText, toFixedPoint } from './oracle.ts';
import { Random } from './random.ts';
import { listenBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

const HOUR = 3_600_000_000;
const MINUTE = 60_000_000;
const FROM = Date.UTC(2026, 2, 27) * 1000;
const UNTIL = Date.UTC(2026, 2, 31, 9) * 1000;
const ZONES = ['UTC', 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata', 'Europe/London', 'Pacific/Chatham'];
const SORTS = ['name', 'price', 'time', 'change', 'change_percent', 'ticks'] as const;

function dayOf(zone: string, moment: number): { from: number; until: number } {
  const [from = 0, until = 0] = new TimeZone(zone).dayStarts(moment, moment + 48 * HOUR);
  return { from, until };
}

/** A day of trading: it may go on over a weekend. */
function randomDay(random: Random, now: number): { from: number; until: number } {
  const { from } = dayOf(random.pick(ZONES), now - random.pick([0, 0, 24, 60]) * HOUR);
  return {
    from,
    until: random.pick(
      [now + 9 * HOUR + MINUTE, Number.POSITIVE_INFINITY].map((time) => Math.floor(time / MINUTE) * MINUTE),
    ),
  };
}

/** With a number of its own for each tick of an exchange, in this order. */
function renumbered(ticks: readonly SequencedTick[]): readonly SequencedTick[] {
  const seqs = new Map<string, number>();
  return ticks.map((tick) => {
    const seq = (seqs.get(tick.exchange) ?? 0) + 1;
    seqs.set(tick.exchange, seq);
    return { ...tick, seq };
  });
}

function byStock(ticks: readonly SequencedTick[]): readonly (readonly SequencedTick[])[] {
  const groups = new Map<string, SequencedTick[]>();
  for (const tick of ticks) {
    const key = `${tick.stock} ${tick.exchange}`;
    groups.set(key, [...(groups.get(key) ?? []), tick]);
  }
  return [...groups.values()];
}

type Asked = Pick<BoardQuestion, 'lastDay' | 'sparkline'> & { readonly now: number };

/** What a board should show of one stock on one exchange, computed from scratch. */
function expectedRow(ticks: readonly SequencedTick[], asked: { from: number; until: number }, more: Asked): object {
  const { now, lastDay = false, sparkline = 'hours' } = more;
  const ordered = ticks.toSorted(compareTicks);
  const last = ordered.at(-1) as SequencedTick;
  const hasTick = ordered.some(({ time }) => time >= asked.from && time < asked.until);
  const midnight = Math.floor(last.time / (24 * HOUR)) * 24 * HOUR;
  const isLastDay = lastDay && !hasTick && last.time < asked.from;
  const day = isLastDay ? { from: midnight, until: midnight + 24 * HOUR } : asked;
  const previous = ordered.findLast(({ time }) => time < day.from);
  const ofDay = ordered.filter(({ time }) => time >= day.from && time < day.until);
  const byPrice = ofDay.map(({ price }) => toFixedPoint(price)).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const minute = Math.floor(now / MINUTE) * MINUTE;
  const [step, count] = { hours: [HOUR, 24], minutes: [MINUTE, 15], none: [MINUTE, 0] }[sparkline] as [number, number];
  const running = Math.floor(now / step) * step;
  return {
    key: `${last.stock} ${last.exchange}`,
    price: toFixedPoint(last.price),
    time: last.time,
    previous: previous && [previous.time, toFixedPoint(previous.price)],
    open: ofDay[0] && toFixedPoint(ofDay[0].price),
    high: byPrice.at(-1),
    low: byPrice[0],
    ticks: ofDay.length,
    rate: ticks.filter(({ time }) => time >= minute - MINUTE && time < minute).length,
    spark: Array.from({ length: count }, (_, i) => {
      const start = running - (count - 1 - i) * step;
      const close = ordered.findLast(({ time }) => time >= start && time < start + step);
      return close && toFixedPoint(close.price);
    }),
  };
}

async function shown(reader: TickReader, question: Omit<BoardQuestion, 'after'>): Promise<readonly object[]> {
  const rows: object[] = [];
  for (let after: BoardKey | undefined; ; ) {
    const { value } = await reader.board({ ...question, after });
    const fixed = (text: string | null): bigint | undefined => (text === null ? undefined : toFixedPoint(text));
    for (const row of value.rows) {
      rows.push({
        key: `${row.stock} ${row.exchange}`,
        price: toFixedPoint(row.price),
        time: row.time,
        previous: row.previousClose === null ? undefined : [row.previousCloseTime, toFixedPoint(row.previousClose)],
        open: fixed(row.open),
        high: fixed(row.high),
        low: fixed(row.low),
        ticks: row.ticks,
        rate: row.ticksPerMinute,
        spark: row.sparkline.map(fixed),
      });
    }
    after = value.next;
    if (after === undefined) return rows;
  }
}

const ascending = (a: number, b: number): number => a - b;

describe('the board', () => {
  let database: TestDatabase;
  before(async () => {
    database = await startTestDatabase();
  });
  after(() => database[Symbol.asyncDispose]());

  it('shows what brute force says of every stock, in any zone, sorted and paged any way, the tail included, now and at any moment', async () => {
    const random = new Random(20260327);
    // Stocks that trade around the clock, in some hours only, long ago, and since a moment ago.
    const all = randomTicks(random, 1500, FROM, UNTIL);
    const hours = all.filter(({ time }) => time % (24 * HOUR) >= 14 * HOUR && time % (24 * HOUR) < 20 * HOUR);
    const more = [
      ...hours.map((tick) => ({ ...tick, stock: 'HOURS' })),
      ...all.filter(({ time }) => time < FROM + 10 * HOUR).map((tick) => ({ ...tick, stock: 'OLD' })),
      ...all.slice(-9).map((tick) => ({ ...tick, stock: 'Nëw😀' })),
    ];
    const ticks = renumbered([...all, ...more].sort((a, b) => a.seq - b.seq));
    const groups = byStock(ticks);
    const memory = new Tail();
    memory.received.push(...ticks);
    await using reader = openReader(database.url, [memory]);
    let stored = 0;
    for (const share of [0.5, 0.97, 1]) {
      const end = Math.floor(ticks.length * share);
      await commit(database.client, ticks.slice(stored, end));
      stored = end;
      for (let i = 0; i < 40; i++) {
        const now = random.integer(FROM, UNTIL + 20 * HOUR) as EpochMicros;
        const day = dayOf(random.pick(ZONES), now);
        // Of some exchanges, or all, another day than of the others, also one that goes on for days.
        const names = random.pick([[], [], ['NASDAQ'], ['NASDAQ', 'NYSE']]);
        const ownDays = new Map(names.map((name) => [name, randomDay(random, now)]));
        const sort = random.pick(SORTS);
        const order = random.pick(['asc', 'desc'] as const);
        const lastDay = random.pick([true, false]);
        const sparkline = random.pick(['hours', 'minutes', 'none', undefined] as const);
        // As it stands, or as it stood then.
        const isPast = random.pick([true, false]);
        const asked = { sort, order, day, ownDays, now, lastDay, sparkline, isPast };
        const rows = await shown(reader, { ...asked, limit: random.integer(1, 9) });
        const byKey = (a: object, b: object): number =>
          compareText((a as { key: string }).key, (b as { key: string }).key);
        const expected = groups
          .map((group) => (isPast ? group.filter(({ time }) => time <= now) : group))
          .filter((group) => group.length > 0)
          .map((group) => expectedRow(group, ownDays.get(group[0]?.exchange ?? '') ?? day, asked))
          .toSorted(byKey);
        assert.deepEqual(
          rows.toSorted(byKey),
          expected,
          `${sort} ${order} ${formatMicros(now)} ${share} ${lastDay} ${isPast}`,
        );
        const values = rows.map((row) => (row as Record<string, number>)[sort]);
        if (sort === 'change' || sort === 'change_percent') {
          const { value } = await reader.board({ ...asked, limit: 100 });
          const changes = value.rows.map(({ change, changePercent }) => (sort === 'change' ? change : changePercent));
          const known = changes.filter((change) => change !== null).map(Number);
          assert.deepEqual(known, order === 'asc' ? known.toSorted(ascending) : known.toSorted(ascending).reverse());
          assert.equal(changes.indexOf(null), known.length === changes.length ? -1 : known.length);
        }
        if (sort === 'time' || sort === 'ticks' || sort === 'price') {
          const sorted = values.toSorted((a = 0, b = 0) => (a < b ? -1 : a > b ? 1 : 0));
          assert.deepEqual(values, order === 'asc' ? sorted : sorted.toReversed());
        }
      }
    }
  });

  it('without a timezone, the previous close is what the exchange ended its day of trading before with', async () => {
    const now = Date.now() * 1000;
    const calendars = calendarsOf(new Map([['OPEN', undefined]]));
    const day = sessionDay(calendars.of('NYSE') as SessionCalendar, now as EpochMicros);
    const { from: utc } = dayOf('UTC', now);
    assert.ok(day !== undefined && day.from <= now && day.until > now);
    const at = (exchange: string, time: number, price: string, seq: number): SequencedTick =>
      tick('SES', exchange, price, time, 1_000_000 + seq);
    await commit(database.client, [
      ...[at('NYSE', day.from - 1, '10', 1), at('NYSE', day.from, '11', 2), at('NYSE', now - 1000, '15', 3)],
      ...[at('OPEN', utc - 1, '20', 1), at('OPEN', utc, '21', 2)],
    ]);
    await using reader = openReader(database.url, []);
    await using api = await listenBackend(reader, {}, { calendars });
    const ask = async (query: string) => (await (await api.get(`/api/board?stocks=SES${query}`)).json()) as BoardRow[];
    const figures = (rows: readonly BoardRow[]) =>
      rows.map((row) => [row.exchange_name, row.previous_close, row.change, row.open, row.ticks]);
    for (const more of ['', '&sort=change', '&sort=ticks&order=asc']) {
      const rows = (await ask(more)).toSorted((a, b) => compareText(a.exchange_name, b.exchange_name));
      assert.deepEqual(
        figures(rows),
        [
          ['NYSE', 10, 5, 11, 2],
          ['OPEN', 20, 1, 21, 1],
        ],
        more,
      );
    }
    assert.deepEqual(figures(await ask('&exchange=NYSE')), [['NYSE', 10, 5, 11, 2]]);
    // A zone that is asked for counts for all.
    assert.equal((await ask('&exchange=OPEN&timezone=UTC'))[0]?.previous_close, 20);
    const inZone = (await ask('&exchange=NYSE&timezone=UTC'))[0];
    assert.equal(inZone?.previous_close, day.from >= utc ? 10 : 11);
    // As a closed board is read, the calendar's day counts all the same, and the zone is that of the other exchange.
    assert.deepEqual(figures(await ask('&exchange=NYSE&timezone=UTC&day=last')), [['NYSE', 10, 5, 11, 2]]);
    assert.deepEqual(figures(await ask('&exchange=OPEN&timezone=UTC&day=last')), [['OPEN', 20, 1, 21, 1]]);
  });

  it('shows a stock that is silent today as its last day left it, and the last 15 minutes when they are asked for', async () => {
    const now = Date.now() * 1000;
    const { from: today } = dayOf('UTC', now);
    const daysAgo = (days: number, price: string, seq: number) =>
      tick('LAST', 'OPEN', price, today - days * 24 * HOUR + HOUR + seq, 2_000_000 + seq);
    const minute = Math.floor(now / MINUTE) * MINUTE;
    const recent = [tick('LATE', 'OPEN', '7', minute - 2 * MINUTE, 2_000_009)];
    await commit(database.client, [daysAgo(5, '40', 1), daysAgo(3, '50', 2), daysAgo(3, '44', 3), ...recent]);
    const memory = new Tail();
    await using reader = openReader(database.url, [memory]);
    await using api = await listenBackend(reader);
    const ask = async (query: string) => {
      const answer = await api.get(`/api/board?exchange=OPEN&${query}`);
      return { headers: answer.headers, row: ((await answer.json()) as BoardRow[])[0] as BoardRow };
    };
    const { row } = await ask('stocks=LAST&day=last&timezone=Asia/Tokyo');
    assert.deepEqual([row.previous_close, row.change, row.open, row.high, row.low, row.ticks], [40, 4, 50, 50, 44, 2]);
    const plain = (await ask('stocks=LAST')).row;
    assert.deepEqual([plain.previous_close, plain.change, plain.open, plain.ticks], [44, 0, null, 0]);
    const late = await ask('stocks=LATE&sparkline=minutes');
    assert.equal(late.row.sparkline.length, 15);
    const first = Date.parse(late.headers.get('x-sparkline-from') ?? '') * 1000;
    assert.equal(late.row.sparkline.indexOf(7), (minute - 2 * MINUTE - first) / MINUTE);
    assert.deepEqual((await ask('stocks=LATE&sparkline=none')).row.sparkline, []);
  });

  it('counts stocks without reading them', async () => {
    await using reader = openReader(database.url, []);
    await using api = await listenBackend(reader);
    const count = async () => ((await (await api.get('/api/stocks/count')).json()) as { count: number }).count;
    const before = await count();
    assert.equal(before, ((await (await api.get('/api/stocks')).json()) as unknown[]).length);
    await commit(database.client, [tick('NEW', 'OPEN', '1', Date.now() * 1000, 3_000_000)]);
    assert.equal(await count(), before + 1);
  });

  it('answers over HTTP in pages, for some stocks, in a zone, and refuses what it does not know', async () => {
    await using reader = openReader(database.url, []);
    await using api = await listenBackend(reader);
    const names: string[] = [];
    for (
      let path: string | undefined = '/api/board?limit=2&timezone=Asia/Tokyo&decimals=string';
      path !== undefined;
    ) {
      const answer = await api.get(path);
      assert.equal(answer.status, 200);
      const rows = (await answer.json()) as BoardRow[];
      assert.ok(rows.length <= 2);
      names.push(...rows.map((row) => `${row.stock_name} ${row.exchange_name}`));
      path = /<(.*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.length, 17);
    const some = (await (await api.get('/api/board?stocks=AAPL,HOURS&sort=change_percent')).json()) as BoardRow[];
    assert.deepEqual([...new Set(some.map((row) => row.stock_name))].sort(), ['AAPL', 'HOURS']);
    const twice = (await (await api.get('/api/board?stocks=AAPL&stocks=OLD')).json()) as BoardRow[];
    assert.deepEqual([...new Set(twice.map((row) => row.stock_name))].sort(), ['AAPL', 'OLD']);
    for (const bad of ['timezone=Mars/Base', 'sort=beauty', 'limit=0', 'cursor=x', 'limit=100000', 'stocks=A%00']) {
      assert.equal((await api.get(`/api/board?${bad}`)).status, 422, bad);
    }
  });

  it('shows over HTTP the market as it stood at a moment, and what the last prices were', async () => {
    const at = (text: string) => parseTime(text) as number;
    await commit(database.client, [
      tick('PAST', 'OPEN', '10', at('2026-02-02T23:59:59Z'), 4_000_001),
      tick('PAST', 'OPEN', '12', at('2026-02-03T10:00:10Z'), 4_000_002),
      tick('PAST', 'OPEN', '11', at('2026-02-03T10:00:20Z'), 4_000_003),
      tick('PAST', 'OPEN', '99', at('2026-02-03T10:00:40Z'), 4_000_004),
      tick('PAST', 'SOON', '5', at('2026-02-03T10:00:40Z'), 1),
    ]);
    await using reader = openReader(database.url, []);
    await using api = await listenBackend(reader);
    const board = await api.get('/api/board?stocks=PAST&time=2026-02-03T10:00:30Z');
    const [row, ...others] = (await board.json()) as BoardRow[];
    assert.deepEqual(others, []);
    const { price, timestamp, previous_close, change, open, high, low, ticks, sparkline } = row as BoardRow;
    assert.deepEqual([price, timestamp, previous_close, change], [11, '2026-02-03T10:00:20.000000Z', 10, 1]);
    assert.deepEqual([open, high, low, ticks, sparkline.at(-1), sparkline.at(-12)], [12, 12, 11, 2, 11, 10]);
    assert.equal(board.headers.get('x-sparkline-from'), '2026-02-02T11:00:00.000000Z');
    const tag = board.headers.get('etag') ?? '';
    const again = await api.get('/api/board?stocks=PAST&time=2026-02-03T10:00:30Z', {
      headers: { 'if-none-match': tag },
    });
    assert.equal(again.status, 304);
    // A date is read in the zone, and stands for its end; a moment to come is as now.
    const ofDate = (await (
      await api.get('/api/board?stocks=PAST&time=2026-02-03&timezone=Asia/Tokyo')
    ).json()) as BoardRow[];
    assert.deepEqual(
      ofDate.map((of) => [of.exchange_name, of.price]),
      [
        ['OPEN', 99],
        ['SOON', 5],
      ],
    );
    const coming = await api.get('/api/board?stocks=PAST&time=2254-12-31');
    assert.equal(coming.headers.get('cache-control'), 'no-store');
    assert.equal(((await coming.json()) as BoardRow[]).length, 2);

    const lines: string[] = [];
    for (
      let path: string | undefined = '/api/asof?stocks=PAST,none&limit=1&time=2026-02-03T10:00:40Z';
      path !== undefined;
    ) {
      const answer = await api.get(path);
      lines.push(await answer.text());
      path = /<(.*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(lines, [
      '[{"stock_name":"PAST","exchange_name":"OPEN","price":99,"timestamp":"2026-02-03T10:00:40.000000Z"}]',
      '[{"stock_name":"PAST","exchange_name":"SOON","price":5,"timestamp":"2026-02-03T10:00:40.000000Z"}]',
    ]);
    assert.equal(await (await api.get('/api/asof?stocks=PAST&time=2026-02-01')).text(), '[]');
    for (const bad of [
      '/api/asof',
      '/api/asof?time=soon',
      '/api/asof?time=2026-02-01&limit=10001',
      '/api/board?time=soon',
    ]) {
      assert.equal((await api.get(bad)).status, 422, bad);
    }
  });
});
