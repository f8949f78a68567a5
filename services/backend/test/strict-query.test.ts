import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ContractApi, startContractApi, tick } from './contract-api.ts';
import { commit } from './market.ts';

interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly parameter?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly type?: string; readonly anyOf?: readonly { readonly type?: string }[] };
}

interface Route {
  readonly path: string;
  readonly query: readonly string[];
  /** Those that may be given several times. */
  readonly several: readonly string[];
}

interface Read {
  readonly parameters?: readonly Parameter[];
  /** Asks for a token before it looks at anything, unless one of them is empty. */
  readonly security?: readonly object[];
}

interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly get?: Read }>>;
}

describe('no parameter is passed over in silence', () => {
  let contract: ContractApi;
  let routes: readonly Route[];

  before(async () => {
    contract = await startContractApi();
    await commit(contract.database.client, [tick('BF/B', 'NYSE', '60', '2026-09-10T08:00:00Z', 9)]);
    const { paths } = (await contract.json('/api/openapi.json')) as OpenApi;
    routes = Object.entries(paths).flatMap(([path, { get }]) => {
      if (get === undefined || get.security?.every((scheme) => Object.keys(scheme).length > 0)) return [];
      const query = (get.parameters ?? []).filter((parameter) => parameter.in === 'query');
      const several = query.filter(({ schema }) =>
        [schema, ...(schema.anyOf ?? [])].some(({ type }) => type === 'array'),
      );
      const names = (parameters: readonly Parameter[]) => parameters.map(({ name }) => name);
      return { path: path.replace('{stock_name}', 'AAPL'), query: names(query), several: names(several) };
    });
    assert.ok(routes.length >= 12);
  });
  after(async () => {
    await contract[Symbol.asyncDispose]();
  });

  async function problemOf(path: string): Promise<Problem> {
    const answer = await contract.api.get(path);
    assert.equal(answer.status, 422, path);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json', path);
    return (await answer.json()) as Problem;
  }

  it('on every route, an unknown name is a 422 that quotes it and names what there is', async () => {
    for (const { path, query } of routes) {
      for (const name of ['shiny', 'Start_Time', 'start_time ', 'limit[]', '__proto__', 'toString', 'x'.repeat(500)]) {
        const { parameter, detail } = await problemOf(`${path}?${encodeURIComponent(name)}=1`);
        assert.equal(parameter, name, path);
        assert.ok(detail.includes(name.slice(0, 60)), detail);
        for (const known of query) assert.ok(detail.includes(known), `${path}: ${detail}`);
      }
    }
  });

  it('on every route, each parameter given twice, empty or in capitals is a 422', async () => {
    for (const { path, query, several } of routes) {
      for (const name of query) {
        if (!several.includes(name)) {
          assert.match((await problemOf(`${path}?${name}=1&${name}=2`)).detail, /2 times \("1", "2"\)/);
        }
        const upper = await problemOf(`${path}?${name.toUpperCase()}=1`);
        assert.ok(upper.detail.includes(`did you mean ${name}?`), upper.detail);
        if (path === '/api/udf/search' && name !== 'limit') continue;
        assert.match((await problemOf(`${path}?${name}=`)).detail, /is empty/);
        assert.equal((await problemOf(`${path}?${name}`)).parameter, name);
      }
    }
  });

  it('the nearest parameter is the one that was meant', async () => {
    for (const [path, given, meant] of [
      ['/api/average/AAPL', 'start', 'start_time'],
      ['/api/average/AAPL', 'from', 'start_time'],
      ['/api/average/AAPL', 'since', 'start_time'],
      ['/api/average/AAPL', 'startTime', 'start_time'],
      ['/api/average/AAPL', 'start-time', 'start_time'],
      ['/api/average/AAPL', 'strat_time', 'start_time'],
      ['/api/average/AAPL', 'start_tim', 'start_time'],
      ['/api/prices/AAPL', 'to', 'end_time'],
      ['/api/prices/AAPL', 'end', 'end_time'],
      ['/api/prices/AAPL', 'tz', 'timezone'],
      ['/api/prices/AAPL', 'time_zone', 'timezone'],
      ['/api/prices/AAPL', 'exchange_name', 'exchange'],
      ['/api/prices/AAPL', 'market', 'exchange'],
      ['/api/prices/AAPL', 'sort', 'order'],
      ['/api/prices/AAPL', 'page', 'cursor'],
      ['/api/candles/AAPL', 'resolution', 'interval'],
      ['/api/candles/AAPL', 'timeframe', 'interval'],
      ['/api/asof/AAPL', 'timestamp', 'time'],
      ['/api/asof/AAPL', 'at', 'time'],
      ['/api/udf/history', 'start_time', 'from'],
      ['/api/udf/history', 'end_time', 'to'],
      ['/api/udf/history', 'interval', 'resolution'],
      ['/api/udf/symbols', 'ticker', 'symbol'],
      ['/api/metrics/insert-latency', 'start', 'start_time'],
    ]) {
      const { detail } = await problemOf(`${path}?${given}=1`);
      assert.ok(detail.includes(`did you mean ${meant}?`), `${given}: ${detail}`);
    }
    assert.match(
      (await problemOf('/api/prices/AAPL?symbol=AAPL')).detail,
      /in the path, \/api\/prices\/\{stock_name\}/,
    );
  });

  it('pages of the documentation and the health of the service take what they are given', async () => {
    for (const path of ['/api/docs/?x=1', '/api/openapi.json?x=1', '/healthz?x=1', '/readyz?x=1', '/metrics?x=1']) {
      assert.equal((await contract.api.get(path)).status, 200, path);
    }
  });

  it('a "/" inside a stock’s name leads to its address with %2F', async () => {
    for (const [path, right] of [
      ['/api/latest/BF/B', '/api/latest/BF%2FB'],
      ['/api/asof/BF/B?time=2026-09-11', '/api/asof/BF%2FB?time=2026-09-11'],
      ['/api/prices/BF/B?limit=1', '/api/prices/BF%2FB?limit=1'],
      ['/api/average/BF/B', '/api/average/BF%2FB'],
      ['/api/candles/BF/B?interval=1d', '/api/candles/BF%2FB?interval=1d'],
    ]) {
      const answer = await contract.api.get(path ?? '');
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      const { detail } = (await answer.json()) as Problem;
      assert.ok(detail.includes('%2F') && detail.includes(right ?? ''), detail);
      assert.equal((await contract.api.get(right ?? '')).status, 200, right);
    }
    const deep = (await contract.json('/api/latest/A/B/C%20D')) as Problem;
    assert.ok(deep.detail.includes('/api/latest/A%2FB%2FC%20D'), deep.detail);
  });

  it('a slash at the end, or no stock, is said too', async () => {
    for (const [path, hint] of [
      ['/api/latest/AAPL/', 'it is /api/latest/AAPL.'],
      ['/api/stocks/?exchange=NYSE', 'it is /api/stocks?exchange=NYSE.'],
      ['/api/prices', 'as in /api/prices/AAPL'],
    ]) {
      const answer = await contract.api.get(path ?? '');
      assert.equal(answer.status, 404, path);
      const { detail } = (await answer.json()) as Problem;
      assert.ok(detail.includes(hint ?? ''), detail);
    }
  });
});
