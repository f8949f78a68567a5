import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DecimalText, type EpochMicros, formatMicros, type SequencedTick } from '@tickwatch/core';
import { tableFromIPC } from 'apache-arrow';
import { parquetText } from '../src/files/parquet-text.ts';
import { type FakeMarket, fakeMarket, randomMarket } from './fake-market.ts';
import { Random } from './random.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';

const TICKS = 5000;

describe('ticks of many stocks over HTTP', () => {
  let market: FakeMarket;
  let api: TestBackend;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-ticks-'));
    market = fakeMarket(randomMarket(new Random(7), TICKS));
    api = await listenBackend(market.reader);
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const text = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
    const answer = await api.get(path, { headers });
    assert.equal(answer.status, 200, path);
    return await answer.text();
  };
  const parquet = async (path: string): Promise<readonly string[]> => {
    const file = join(folder, 'ticks.parquet');
    await writeFile(file, Buffer.from(await (await api.get(path)).arrayBuffer()));
    let csv = '';
    for await (const piece of parquetText(file, () => {})) csv += piece;
    return csv.trimEnd().split('\n');
  };
  const eventually = async (what: string, check: () => boolean): Promise<void> => {
    const deadline = performance.now() + 60_000;
    while (!check()) {
      assert.ok(performance.now() < deadline, what);
      await sleep(10);
    }
  };

  it('JSON is a bare array of all ticks in their order, and NDJSON the same rows', async () => {
    const json = await text('/api/ticks');
    const rows = market.ticks.map(rowOf);
    assert.equal(json.replaceAll('}\n', '}'), `[${rows.join(',')}]\n`);
    assert.deepEqual((JSON.parse(json) as unknown[])[0], JSON.parse(rows[0] ?? ''));
    assert.equal(await text('/api/ticks?format=ndjson'), `${rows.join('\n')}\n`);
    const asked = await text('/api/ticks', { accept: 'application/x-ndjson, application/json;q=0.5' });
    assert.equal(asked, `${rows.join('\n')}\n`);
    const first = JSON.parse((await text('/api/ticks?format=ndjson&decimals=string')).split('\n', 1)[0] ?? '');
    assert.equal(first.price, market.ticks[0]?.price);
  });

  it('columns have every tick in its order, with each digit that was written', async () => {
    const csv = await text('/api/ticks?format=csv');
    assert.deepEqual(await parquet('/api/ticks?format=parquet&decimals=string'), unquoted(csv).trimEnd().split('\n'));
    const answer = await api.get('/api/ticks?format=arrow');
    assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="ticks.arrow"');
    assert.equal(answer.headers.get('content-type'), 'application/vnd.apache.arrow.file');
    const table = tableFromIPC(await answer.arrayBuffer());
    assert.deepEqual(
      [...(table.getChild('seq') ?? [])].map((seq) => Number(seq ?? 0)),
      market.ticks.map(({ seq }) => seq),
    );
    assert.equal(market.open(), 0);
  });

  it('a file whose later prices have more digits than its first ones is made for all of them', async () => {
    const rare = fakeMarket(
      ['1', '2.5', '3.25', '1234567890.12345678'].flatMap((price, of) =>
        Array.from({ length: 1000 }, (_, i) => tick('A', price, of * 1000 + i)),
      ),
      1000,
    );
    await using api = await listenBackend(rare.reader);
    const file = join(folder, 'rare.parquet');
    await writeFile(file, Buffer.from(await (await api.get('/api/ticks?format=parquet')).arrayBuffer()));
    let csv = '';
    for await (const piece of parquetText(file, () => {})) csv += piece;
    const prices = csv
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => row.split(',')[3]);
    assert.deepEqual([...new Set(prices)], ['1.00000000', '2.50000000', '3.25000000', '1234567890.12345678']);
    assert.equal(prices.length, 4000);
    rare.ticks.push(tick('A', `0.${'1'.repeat(40)}`, 9000));
    const refused = await api.get('/api/ticks?format=arrow');
    assert.equal(refused.status, 422);
    assert.match(((await refused.json()) as { detail: string }).detail, /digits.*decimals=string/);
    assert.equal((await api.get('/api/ticks?format=arrow&decimals=string')).status, 200);
    assert.equal(rare.open(), 0);
  });

  it('pages, one behind the other, are the stream, in every form', async () => {
    for (const limit of [1000, 1699]) {
      let rows = '';
      let path: string | undefined = `/api/ticks?format=ndjson&limit=${limit}&stocks=AAPL,BTC:USD&exchange=NASDAQ`;
      for (let pages = 0; path !== undefined; pages++) {
        const answer = await api.get(path);
        assert.equal(answer.status, 200);
        rows += await answer.text();
        path = nextOf(answer);
        assert.ok(pages < 10);
      }
      assert.equal(rows, await text('/api/ticks?format=ndjson&stocks=AAPL,BTC:USD&exchange=NASDAQ'));
    }
    let path: string | undefined = '/api/ticks?format=parquet&limit=2000&decimals=string';
    let count = 0;
    for (; path !== undefined; path = nextOf(await api.get(path, { method: 'HEAD' }))) {
      count += (await parquet(path)).length - 1;
    }
    assert.equal(
      count,
      unquoted(await text('/api/ticks?format=csv'))
        .trimEnd()
        .split('\n').length - 1,
    );
  });

  it('a range has both its ends, stocks may be listed in every way, and their names may hold commas', async () => {
    const [early, late] = [market.ticks[1000]?.time ?? 0, market.ticks[3000]?.time ?? 0] as EpochMicros[];
    const within = market.ticks.filter(({ time }) => time >= (early as number) && time <= (late as number));
    const range = `start_time=${formatMicros(early as EpochMicros)}&end_time=${formatMicros(late as EpochMicros)}`;
    const rows = async (query: string) =>
      (await text(`/api/ticks?format=ndjson&${range}${query}`)).split('\n').length - 1;
    assert.equal(await rows(''), within.length);
    const named = (...names: string[]) => within.filter(({ stock }) => names.includes(stock)).length;
    assert.equal(await rows('&stocks=AAPL,BTC:USD'), named('AAPL', 'BTC:USD'));
    assert.equal(await rows('&stocks=AAPL&stocks=BTC:USD'), named('AAPL', 'BTC:USD'));
    assert.equal(await rows(`&stocks=${encodeURIComponent('comma, "quoted"')}`), named('comma, "quoted"'));
    assert.equal(await rows('&stocks=NOPE'), 0);
    assert.equal(await text('/api/ticks?stocks=NOPE'), '[]\n');
  });

  it('the headers say how far the answer reaches, whether it lacks anything, and where that is told', async () => {
    const answer = await api.get('/api/ticks?start_time=2026-09-10&stocks=AAPL&limit=3');
    assert.equal(answer.headers.get('x-position'), '');
    assert.equal(answer.headers.get('x-complete'), 'true');
    assert.match(
      answer.headers.get('link') ?? '',
      /<\/api\/gaps\?stock=AAPL&start_time=2026-09-10T00%3A00%3A00\.000000Z>; rel="gaps"/,
    );
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const many = await api.get('/api/ticks?stocks=AAPL,TSLA&limit=3&exchange=NASDAQ');
    assert.match(many.headers.get('link') ?? '', /<\/api\/gaps\?exchange=NASDAQ>; rel="gaps"/);
  });

  it('a page of a closed range is not sent again to whoever has it, until it or its next page changes', async () => {
    const [first] = market.ticks as [SequencedTick];
    const closed = fakeMarket([first, { ...first, seq: 9_000_000_001 }].map((one) => ({ ...one, time: PAST })));
    await using api = await listenBackend(closed.reader);
    const path = '/api/ticks?end_time=2020-01-02&limit=2';
    const answer = await api.get(path);
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
    await answer.text();
    const headers = { 'if-none-match': answer.headers.get('etag') ?? '' };
    assert.equal((await api.get(path, { headers })).status, 304);
    closed.ticks.push({ ...first, time: PAST, seq: 9_000_000_002 });
    const changed = await api.get(path, { headers });
    assert.equal(changed.status, 200);
    assert.equal(((await changed.json()) as unknown[]).length, 2);
    assert.ok(nextOf(changed) !== undefined);
    const whole = await api.get('/api/ticks?end_time=2020-01-02');
    assert.equal(whole.headers.get('etag'), null);
    assert.equal(((await whole.json()) as unknown[]).length, 3);
  });

  it('what is wrong is refused, with what was given and what would be right', async () => {
    const place = nextOf(await api.get('/api/ticks?limit=5&exchange=NASDAQ&start_time=2026-09-10')) ?? '';
    const cursor = new URLSearchParams(place.split('?')[1]).get('cursor');
    for (const [query, parameter, detail] of [
      ['limit=0', 'limit', /limit "0" must be >= 1/],
      ['limit=50001', 'limit', /limit "?50001"? must be <= 50000/],
      ['stock=AAPL', 'stock', /did you mean stocks\?/],
      ['start=2026-09-10', 'start', /did you mean start_time\?/],
      ['format=jsonl', 'format', /did you mean ndjson\?/],
      ['order=desc', 'order', /"order" is no parameter of \/api\/ticks/],
      ['start_time=yesterday', 'start_time', /start_time "yesterday" is not a time/],
      ['start_time=2026-09-11&end_time=2026-09-10', 'start_time', /lies after end_time/],
      ['timezone=Mars', 'timezone', /Mars/],
      ['csv_safe=1', 'csv_safe', /add format=csv/],
      [`stocks=${Array.from({ length: 1001 }, (_, i) => `S${i},T${i}`).join()}`, 'stocks', /more than 1000 names/],
      ['stocks=%00', 'stocks', /NUL/],
      ['cursor=AAAA', 'cursor', /not one that this server gave out/],
      [`cursor=${cursor}`, 'cursor', /belongs to another question/],
      [`cursor=${cursor}&exchange=NYSE&start_time=2026-09-10`, 'cursor', /another question/],
      [`cursor=${cursor}&exchange=NASDAQ&start_time=2026-09-10&stocks=AAPL`, 'cursor', /another question/],
    ] as const) {
      const answer = await api.get(`/api/ticks?${query}`);
      assert.equal(answer.status, 422, query);
      const problem = (await answer.json()) as { parameter: string; detail: string };
      assert.equal(problem.parameter, parameter, query);
      assert.match(problem.detail, detail, query);
    }
    const same = `/api/ticks?cursor=${cursor}&exchange=NASDAQ&start_time=2026-09-10T00:00:00Z&limit=7&format=csv`;
    assert.equal((await api.get(same)).status, 200);
  });

  it('HEAD says what GET would, and reads no more than the first ticks', async () => {
    for (const query of ['format=ndjson', 'limit=5', 'format=parquet']) {
      const [head, get] = [
        await api.get(`/api/ticks?${query}`, { method: 'HEAD' }),
        await api.get(`/api/ticks?${query}`),
      ];
      for (const header of ['content-type', 'x-complete', 'link', 'cache-control', 'vary']) {
        assert.equal(head.headers.get(header), get.headers.get(header), `${query} ${header}`);
      }
      await get.arrayBuffer();
    }
    const before = market.read();
    await api.get('/api/ticks', { method: 'HEAD' });
    assert.ok(market.read() - before <= 1000);
    assert.equal(market.open(), 0);
  });

  describe('of a long stream', () => {
    const LONG = 400_000;
    let long: FakeMarket;
    let api: TestBackend;

    before(async () => {
      long = fakeMarket(Array.from({ length: LONG }, (_, i) => tick('A', '220.40', i)));
      api = await listenBackend(long.reader);
    });
    after(() => api[Symbol.asyncDispose]());

    /** Asks and doesn't read the body. */
    const ask = (path: string): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => httpGet(`${api.origin}${path}`, resolve).on('error', reject));

    it('only so much is read as is taken, and the rest when its reader goes on', async () => {
      const before = long.read();
      const answer = await ask('/api/ticks?format=ndjson');
      let [seen, looks] = [before, 0];
      // What the sockets hold is read at once; then it stands still.
      await eventually('it stands still', () => {
        looks = seen === long.read() && seen > before ? looks + 1 : 0;
        seen = long.read();
        return looks === 20;
      });
      assert.ok(long.read() - before < LONG / 2, `${long.read() - before} ticks were read ahead`);
      let rows = 0;
      for await (const piece of answer) for (const byte of piece as Buffer) if (byte === 10) rows++;
      assert.equal(rows, LONG);
      await eventually('it has ended', () => long.open() === 0);
    });

    it('whoever leaves takes the reading along, of text and of a file that is being made', async () => {
      const answer = await ask('/api/ticks');
      assert.equal(long.open(), 1);
      answer.destroy();
      await eventually('the stream is left', () => long.open() === 0);
      const request = httpGet(`${api.origin}/api/ticks?format=parquet`).on('error', () => {});
      await eventually('the file is being made', () => long.open() === 1);
      request.destroy();
      await eventually('the file is given up', () => long.open() === 0);
    });
  });
});

const PAST = (Date.parse('2020-01-02T10:00:00Z') * 1000) as EpochMicros;
const START = Date.parse('2026-09-10T10:00:00Z') * 1000;

function tick(stock: string, price: string, i: number): SequencedTick {
  return { stock, exchange: 'NASDAQ', price: price as DecimalText, time: (START + i * 50) as EpochMicros, seq: i + 1 };
}

function nextOf(answer: Response): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
}

function rowOf({ stock, exchange, price, time, seq }: SequencedTick): string {
  const names = `"stock_name":${JSON.stringify(stock)},"exchange_name":${JSON.stringify(exchange)}`;
  return `{${names},"price":${price},"timestamp":"${formatMicros(time)}","seq":${seq === 0 ? 'null' : seq}}`;
}

/** Only what PostgreSQL wants quoted. */
function unquoted(csv: string): string {
  return csv.replaceAll('"\\."', '\\.');
}
