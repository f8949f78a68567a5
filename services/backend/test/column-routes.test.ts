import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parquetText } from '../src/files/parquet-text.ts';
import { type ContractApi, startContractApi, tick } from './contract-api.ts';
import { commit } from './market.ts';

const CLOSED = 'start_time=2026-09-10&end_time=2026-09-11&format=parquet';
const PARQUET = 'application/vnd.apache.parquet';
const ARROW = 'application/vnd.apache.arrow.file';

describe('columns over HTTP', () => {
  let contract: ContractApi;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-columns-'));
    contract = await startContractApi();
  });
  after(async () => {
    await contract[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    contract.api.get(path, { method, headers });
  const bytes = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
  const lines = async (file: Buffer): Promise<readonly string[]> => {
    const path = join(folder, 'answer.parquet');
    await writeFile(path, file);
    let text = '';
    for await (const piece of parquetText(path, () => {})) text += piece;
    return text.trimEnd().split('\n');
  };

  it('prices come with each digit, and with the headers of any other form', async () => {
    const answer = await get(`/api/prices/AAPL?${CLOSED}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), PARQUET);
    assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="AAPL.parquet"');
    const csv = await get('/api/prices/AAPL?start_time=2026-09-10&end_time=2026-09-11&format=csv');
    for (const header of ['x-position', 'x-complete', 'link']) {
      assert.equal(answer.headers.get(header), csv.headers.get(header), header);
    }
    const body = await bytes(answer);
    assert.equal(Number(answer.headers.get('content-length')), body.length);
    assert.deepEqual(await lines(body), [
      'timestamp,stock_name,exchange_name,price',
      '2026-09-10T08:00:00.000001Z,AAPL,NASDAQ,220.40000000',
      '2026-09-10T09:00:00.000000Z,AAPL,NYSE,0.00000001',
      '2026-09-10T09:00:00.000000Z,AAPL,NASDAQ,220.50000000',
      '2026-09-11T00:00:00.000000Z,AAPL,NASDAQ,123456789012345.67890100',
    ]);
    const asText = await bytes(await get(`/api/prices/AAPL?${CLOSED}&decimals=string`));
    assert.deepEqual(await lines(asText), (await csv.text()).trimEnd().split('\n'));
  });

  it('order, exchange, pages and points mean the same as in any other form', async () => {
    for (const query of ['order=desc', 'exchange=NYSE', 'limit=2', 'limit=2&order=desc', 'points=4', 'order=asc']) {
      const csv = await get(`/api/prices/AAPL?${query}&format=csv`);
      const file = await get(`/api/prices/AAPL?${query}&format=parquet&decimals=string`);
      assert.deepEqual(await lines(await bytes(file)), (await csv.text()).trimEnd().split('\n'), query);
      const links = (answer: Response) => answer.headers.get('link')?.split(', ').sort().join();
      assert.equal(links(file), links(csv)?.replace('format=csv', 'format=parquet&decimals=string'));
      assert.equal(file.headers.get('x-resolution'), csv.headers.get('x-resolution'));
    }
    const { status } = await get('/api/prices/AAPL?points=4&limit=3&format=parquet');
    assert.equal(status, 422);
  });

  it('a file is read in parts, as whoever opens an address does: its length, its foot, then columns', async () => {
    const path = `/api/prices/AAPL?${CLOSED}`;
    const whole = await bytes(await get(path));
    const head = await get(path, {}, 'HEAD');
    const size = Number(head.headers.get('content-length'));
    const tag = head.headers.get('etag') ?? '';
    assert.equal(size, whole.length);
    assert.equal(head.headers.get('accept-ranges'), 'bytes');
    assert.match(tag, /^"[^"]+"$/);
    const parts = [
      ['bytes=-8', size - 8, size],
      ['bytes=0-3', 0, 4],
      [`bytes=${size - 1}-`, size - 1, size],
      ['bytes=4-999999', 4, size],
      ['bytes=-999999', 0, size],
    ] as const;
    for (const [range, start, end] of parts) {
      for (const headers of [{ range }, { range, 'if-range': tag }, { range, 'if-match': tag }]) {
        const part = await get(path, headers);
        assert.equal(part.status, 206, range);
        assert.equal(part.headers.get('content-range'), `bytes ${start}-${end - 1}/${size}`);
        assert.equal(part.headers.get('etag'), tag);
        assert.equal(Number(part.headers.get('content-length')), end - start);
        assert.ok((await bytes(part)).equals(whole.subarray(start, end)), range);
      }
    }
    for (const range of [`bytes=${size}-`, 'bytes=-0']) {
      const none = await get(path, { range });
      assert.equal(none.status, 416, range);
      assert.equal(none.headers.get('content-range'), `bytes */${size}`);
      assert.equal(none.headers.get('content-type'), 'application/problem+json');
    }
    for (const headers of [
      { range: 'bytes=0-3', 'if-range': '"another"' },
      { range: 'bytes=0-3', 'if-range': `W/${tag}` },
      { range: 'bytes=3-0' },
      { range: 'lines=0-3' },
      { range: 'bytes=0-1,4-5' },
    ] as const) {
      const all = await get(path, { ...headers });
      assert.equal(all.status, 200, JSON.stringify(headers));
      assert.ok((await bytes(all)).equals(whole));
    }
  });

  it('what is there already is not sent again, and what has changed is not taken for it', async () => {
    const path = `/api/prices/TAG?${CLOSED}`;
    await commit(contract.database.client, [tick('TAG', 'NYSE', '5', '2026-09-10T10:00:00Z', 10)]);
    const tag = (await get(path)).headers.get('etag') ?? '';
    assert.equal((await get(path, { 'if-none-match': tag })).status, 304);
    assert.equal((await get(path, { 'if-none-match': `"x", W/${tag}` })).status, 304);
    assert.equal((await get(path, { 'if-match': tag })).status, 200);
    await commit(contract.database.client, [tick('TAG', 'NYSE', '6', '2026-09-10T11:00:00Z', 11)]);
    const changed = await get(path, { 'if-none-match': tag });
    assert.equal(changed.status, 200);
    assert.equal((await lines(await bytes(changed))).length, 3);
    const gone = await get(path, { 'if-match': '"gone"' });
    assert.equal(gone.status, 412);
    assert.equal(gone.headers.get('content-type'), 'application/problem+json');
  });

  it('a reading keeps its file while ticks arrive, and the next one sees them', async () => {
    const path = '/api/prices/OPEN?format=parquet';
    await commit(contract.database.client, [tick('OPEN', 'NYSE', '5', '2026-09-10T10:00:00Z', 20)]);
    const head = await get(path, {}, 'HEAD');
    const size = Number(head.headers.get('content-length'));
    const tag = head.headers.get('etag') ?? '';
    const foot = await get(path, { range: 'bytes=-8' });
    await commit(contract.database.client, [tick('OPEN', 'NYSE', '6', '2026-09-10T11:00:00Z', 21)]);
    const newer = await get(path, { 'user-agent': 'another' });
    assert.notEqual(newer.headers.get('etag'), tag);
    assert.equal((await lines(await bytes(newer))).length, 3);
    for (const headers of [{}, { 'if-range': tag }, { 'if-match': tag }]) {
      const part = await get(path, { range: `bytes=0-${size - 9}`, ...headers });
      assert.equal(part.headers.get('etag'), tag);
      const file = Buffer.concat([await bytes(part), await bytes(await get(path, { range: 'bytes=-8', ...headers }))]);
      assert.equal((await lines(file)).length, 2);
    }
    assert.equal(foot.headers.get('etag'), tag);
  });

  it('many who ask at once don’t cause a file each', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const answer = await get('/api/prices/AAPL?format=arrow&order=desc');
        return { tag: answer.headers.get('etag'), length: (await bytes(answer)).length };
      }),
    );
    // One for all that come while it is made, which is soon over.
    const files = new Set(answers.map(({ tag, length }) => `${tag} ${length}`)).size;
    assert.ok(files <= 10, `${files} files`);
  });

  it('digits that no decimal holds are refused with what would be right, and come as text', async () => {
    const digits = `0.${'1234567890'.repeat(4)}`;
    await commit(contract.database.client, [tick('FINE', 'NYSE', digits, '2026-09-10T10:00:00Z', 30)]);
    for (const format of ['parquet', 'arrow']) {
      const refused = await get(`/api/prices/FINE?format=${format}`);
      assert.equal(refused.status, 422);
      const problem = (await refused.json()) as { detail: string; parameter: string };
      assert.equal(problem.parameter, 'format');
      assert.match(problem.detail, /41 digits.*decimals=string, or csv, ndjson or json/);
      assert.equal((await get(`/api/candles/FINE?interval=1h&format=${format}`)).status, 422);
    }
    const text = await lines(await bytes(await get('/api/prices/FINE?format=parquet&decimals=string')));
    assert.equal(text[1], `2026-09-10T10:00:00.000000Z,FINE,NYSE,${digits}`);
    assert.equal(contract.reader.load().exports, 0);
  });

  it('candles come as columns too, with what is null and what is not complete', async () => {
    const path = '/api/candles/AAPL?interval=12h&fill=null&start_time=2026-09-10&end_time=2026-09-11';
    const json = JSON.parse(await contract.text(`${path}&decimals=string`)) as readonly Record<string, unknown>[];
    const answer = await get(`${path}&format=parquet&decimals=string`);
    assert.equal(answer.headers.get('content-type'), PARQUET);
    for (const header of ['x-last-tick', 'x-last-seq', 'x-complete']) {
      assert.equal(answer.headers.get(header), (await get(path)).headers.get(header), header);
    }
    const [header, ...rows] = await lines(await bytes(answer));
    assert.equal(header, 'time,open,high,low,close,count,average,complete');
    const expected = json.map((candle) =>
      (header ?? '')
        .split(',')
        .map((name) => candle[name] ?? '')
        .join(),
    );
    assert.deepEqual(rows, expected);
    const exact = await lines(await bytes(await get(`${path}&format=parquet`)));
    assert.equal(exact[1]?.split(',')[1], '220.40000000');
    assert.equal((await get(`${path}&format=arrow`)).headers.get('content-type'), ARROW);
  });

  it('the media type alone is enough, and a form that is not known is refused with the nearest one', async () => {
    for (const type of [PARQUET, ARROW]) {
      for (const path of ['/api/prices/AAPL', '/api/candles/AAPL?interval=1h']) {
        const answer = await get(path, { accept: `${type}, application/json;q=0.5` });
        assert.equal(answer.headers.get('content-type'), type);
        assert.match(answer.headers.get('vary') ?? '', /accept/i);
      }
    }
    for (const [given, nearest] of [
      ['parkett', 'parquet'],
      ['pq', 'parquet'],
      ['feather', 'arrow'],
      ['ipc', 'arrow'],
      ['jsonl', 'ndjson'],
      ['CSV', 'csv'],
    ]) {
      const refused = await get(`/api/prices/AAPL?format=${given}`);
      assert.equal(refused.status, 422);
      assert.match(((await refused.json()) as { detail: string }).detail, new RegExp(`did you mean ${nearest}\\?`));
    }
  });

  it('nothing of the files stays in the folder', async () => {
    const left = (await readdir(tmpdir())).filter((name) => /^tickwatch-[0-9a-f]{8}-[0-9a-f]{4}-/.test(name));
    assert.deepEqual(left, []);
  });
});
