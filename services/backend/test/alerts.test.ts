import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type {
  AlertDelivery,
  AlertFiring,
  AlertPreview,
  AlertReceiver,
  AlertRule,
  AlertTest,
  NewAlertRule,
  Problem,
} from '@tickwatch/core';
import { createLogger } from '@tickwatch/runtime';
import {
  type AskOptions,
  createPostgresStore,
  type PostgresStore,
  StoreUnavailableError,
  type TickReader,
} from '@tickwatch/store';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

type Told = Problem & { readonly detail: string };

const TOKEN = 'the-token-of-this-test';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const HOOK = { type: 'webhook', name: 'desk', url: 'https://example.com/hook' };
const RULE: NewAlertRule = {
  name: 'AAPL above 230',
  condition: { type: 'price_crosses', direction: 'up', level: '230.50' },
  stocks: ['AAPL'],
};

describe('alerts over the API', () => {
  let database: TestDatabase;
  let store: PostgresStore;
  let reader: TickReader;
  let api: TestBackend;

  before(async () => {
    database = await startTestDatabase();
    store = createPostgresStore({ connectionString: database.url, applicationName: 'test' });
    reader = openReader(database.url);
    api = await listenBackend(reader, { operator: store }, { adminToken: TOKEN });
  });
  after(async () => {
    await api[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  /** As the administrator. */
  async function ask<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
    const json = { 'content-type': 'application/json' };
    const headers = { authorization: `Bearer ${TOKEN}`, ...(body === undefined ? {} : json) };
    const answer = await api.get(`/api/alerts${path}`, { method, headers, body: JSON.stringify(body) ?? null });
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    return JSON.parse(text) as T;
  }
  /** As a visitor. */
  const seen = async <T>(path: string): Promise<T> => (await (await api.get(`/api/alerts${path}`)).json()) as T;
  const make = (rule: NewAlertRule): Promise<AlertRule> => ask('POST', '/rules', rule, 201);
  const remove = (rule: AlertRule): Promise<AlertRule> => ask('DELETE', `/rules/${rule.id}`);

  /** @param minute of 27 November 2026, 14 o'clock */
  async function fire(rule: AlertRule, minute: number, stock = 'AAPL'): Promise<string> {
    const { rows } = await database.client.query(
      `INSERT INTO alert_firings (id, rule_id, rule_name, exchange_name, stock_name, "timestamp", seq, price, text)
       VALUES (gen_random_uuid(), $1, $2, 'NASDAQ', $3, $4, 7, 230.50, 'it crossed') RETURNING id`,
      [rule.id, rule.name, stock, `2026-11-27T14:${minute}:00.000001Z`],
    );
    return rows[0].id;
  }

  it('a rule is made, read by everybody, changed, silenced and deleted', async () => {
    const { note, ...made } = await make({ ...RULE, receivers: [] });
    assert.equal(note, 'There is no tick of "AAPL" yet.');
    assert.deepEqual(made, {
      ...RULE,
      id: made.id,
      condition: { ...RULE.condition, hysteresis: '0' },
      exchange: null,
      once: false,
      rearm_seconds: 0,
      active: null,
      expires: null,
      enabled: true,
      receivers: [],
      snoozed_until: null,
      state: 'watching',
      beyond: 0,
      fired: 0,
      last_fired: null,
      created: made.created,
      changed: made.created,
    });
    const { receivers, ...shown } = made;
    assert.deepEqual(await seen(`/rules/${made.id}`), shown);
    const renamed = await ask<AlertRule>('PUT', `/rules/${made.id}`, { ...RULE, name: 'Apple' });
    assert.equal(renamed.name, 'Apple');
    const until = '2100-01-01T00:00:00.000000Z';
    const silent = await ask<AlertRule>('POST', `/rules/${made.id}/snooze`, { until });
    assert.deepEqual([silent.state, silent.snoozed_until], ['snoozed', until]);
    assert.equal((await ask<AlertRule>('POST', `/rules/${made.id}/snooze`, { until: null })).state, 'watching');
    assert.equal((await ask<AlertRule>('PUT', `/rules/${made.id}`, { ...RULE, enabled: false })).state, 'disabled');
    await remove(made);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PUT', '', RULE],
      ['DELETE', '', undefined],
      ['POST', '/snooze', { until: null }],
    ] as const) {
      assert.match((await ask<Told>(method, `/rules/${made.id}${path}`, body, 404)).detail, /There is no rule/);
    }
    assert.match((await ask<Told>('GET', '/rules/mine', undefined, 404)).detail, /"mine"/);
  });

  it('begins anew where what it watches changes, or where nobody looked meanwhile, and at nothing else', async () => {
    const rule = await make(RULE);
    const revision = async (change: object): Promise<number> => {
      await ask('PUT', `/rules/${rule.id}`, { ...RULE, ...change });
      const { rows } = await database.client.query('SELECT revision FROM alert_rules WHERE id = $1', [rule.id]);
      return rows[0].revision;
    };
    assert.equal(await revision({ name: 'x', rearm_seconds: 5, expires: '2100-01-01' }), 1);
    assert.equal(await revision({ stocks: ['TSLA', 'AAPL'] }), 2);
    assert.equal(await revision({ stocks: ['AAPL', 'TSLA'] }), 2);
    assert.equal(await revision({ condition: { ...RULE.condition, level: '231' } }), 3);
    assert.equal(await revision({ condition: { ...RULE.condition, level: '231' }, enabled: false }), 3);
    assert.equal(await revision({ condition: { ...RULE.condition, level: '231' } }), 4);
    await remove(rule);
  });

  it('says what is wrong with a rule, with 422 and the member, and keeps every digit of one that is right', async () => {
    const wrong = { ...RULE, condition: { ...RULE.condition, level: 'high' } };
    const problem = await ask<Told>('POST', '/rules', wrong, 422);
    assert.deepEqual([problem.parameter, /"high"/.test(problem.detail)], ['condition.level', true]);
    const long = await ask<Told>('POST', '/rules', { ...RULE, name: 'x'.repeat(65_536) }, 413);
    assert.match(long.detail, /longer than 64 KiB/);
    const answer = await api.get('/api/alerts/rules', {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: '{"name":"x","condition":{"type":"price_crosses","direction":"up","level":0.1234567890123456789}}',
    });
    const rule = (await answer.json()) as AlertRule;
    assert.equal((rule.condition as { level: string }).level, '0.1234567890123456789');
    await remove(rule);
  });

  it('lists rules in pages, and those that watch a stock', async () => {
    const all: AlertRule[] = [];
    for (const stocks of [['AAPL'], ['TSLA', 'AAPL'], ['TSLA'], null]) {
      all.push(await make({ ...RULE, stocks } as NewAlertRule));
    }
    const ids: string[] = [];
    for (let path: string | undefined = '/api/alerts/rules?limit=3'; path !== undefined; ) {
      const page = await api.get(path);
      ids.push(...((await page.json()) as AlertRule[]).map(({ id }) => id));
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(ids, all.map(({ id }) => id).reverse());
    const ofApple = await seen<AlertRule[]>('/rules?stock=AAPL&exchange=NYSE&name=aapl');
    assert.deepEqual(
      ofApple.map(({ stocks }) => stocks),
      [null, ['TSLA', 'AAPL'], ['AAPL']],
    );
    for (const rule of all) await remove(rule);
  });

  it('tells what was fired, newest first, in pages; of a rule that fires once, that it is done', async () => {
    const rule = await make({ ...RULE, once: true, stocks: ['AAPL', 'TSLA'] });
    for (const minute of [10, 12, 11]) await fire(rule, minute);
    const newest = await fire(rule, 13, 'TSLA');
    const phase = (stock: string) =>
      database.client.query("INSERT INTO alert_phases VALUES ($1, 'NASDAQ', $2, 1, 'beyond', '2026-11-27T14:13:00Z')", [
        rule.id,
        stock,
      ]);
    await phase('AAPL');
    const [half] = await seen<AlertRule[]>('/rules');
    assert.deepEqual([half?.state, half?.beyond, half?.fired], ['watching', 1, 4]);
    await phase('TSLA');
    const one = await seen<AlertRule>(`/rules/${rule.id}`);
    assert.deepEqual([one.state, one.last_fired], ['done', '2026-11-27T14:13:00.000001Z']);

    const first = await api.get(`/api/alerts/firings?limit=3&rule=${rule.id}`);
    const times = ((await first.json()) as AlertFiring[]).map(({ timestamp }) => timestamp.slice(14, 16));
    assert.deepEqual(times, ['13', '12', '11']);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    assert.equal(((await (await api.get(next)).json()) as AlertFiring[]).length, 1);
    const elsewhere = await seen<Told>(`/rules${next.slice(next.indexOf('?')).replace(/rule=[^&]*&?/, '')}`);
    assert.equal(elsewhere.parameter, 'cursor', 'of another list it leads nowhere');
    const [told] = await seen<AlertFiring[]>('/firings?stock=TSLA&start_time=2026-11-27');
    assert.deepEqual(told, {
      id: newest,
      rule_id: rule.id,
      rule_name: rule.name,
      exchange_name: 'NASDAQ',
      stock_name: 'TSLA',
      timestamp: '2026-11-27T14:13:00.000001Z',
      seq: 7,
      price: '230.50',
      text: 'it crossed',
      recorded: told?.recorded,
    });
    assert.deepEqual(await seen('/firings?exchange=NYSE'), []);
    assert.equal((await seen<Told>('/firings?rule=mine')).parameter, 'rule');
    await remove(rule);
    assert.equal((await seen<AlertFiring[]>('/firings?stock=TSLA')).length, 1, 'it outlives its rule');
  });

  it('a receiver’s secret is told once; rules name it, and it can’t go while they do', async () => {
    const made = await ask<AlertReceiver>('POST', '/receivers', HOOK, 201);
    assert.match(made.secret ?? '', /^[\w-]{43}$/);
    const { secret, ...rest } = made;
    assert.deepEqual(await ask('GET', '/receivers'), [rest]);
    assert.deepEqual([rest.name, rest.type, rest.target, rest.rules], ['desk', 'webhook', HOOK.url, 0]);
    assert.match((await ask<Told>('POST', '/receivers', HOOK, 409)).detail, /"desk".*another name/);
    const unknown = await ask<Told>('POST', '/rules', { ...RULE, receivers: ['desc'] }, 422);
    assert.deepEqual([unknown.parameter, /did you mean "desk"/.test(unknown.detail)], ['receivers', true]);
    const rule = await make({ ...RULE, receivers: ['desk'] });
    assert.deepEqual(rule.receivers, ['desk']);
    assert.match((await ask<Told>('DELETE', `/receivers/${made.id}`, undefined, 409)).detail, /1 rule tells/);
    const renamed = await ask<AlertReceiver>('PUT', `/receivers/${made.id}`, { ...HOOK, name: 'floor' });
    assert.deepEqual([renamed.name, renamed.rules, 'secret' in renamed], ['floor', 1, false]);
    assert.deepEqual((await ask<AlertRule>('GET', `/rules/${rule.id}`)).receivers, ['floor']);
    const kept = await ask<AlertRule>('PUT', `/rules/${rule.id}`, { ...RULE, name: 'renamed' });
    assert.deepEqual([kept.name, kept.receivers], ['renamed', ['floor']], 'left out, they stay');
    assert.deepEqual((await ask<AlertRule>('PUT', `/rules/${rule.id}`, { ...RULE, receivers: [] })).receivers, []);
    await ask('PUT', `/rules/${rule.id}`, { ...RULE, receivers: ['floor'] });
    for (const text of [JSON.stringify(await seen('/rules')), JSON.stringify(await seen(`/rules/${rule.id}`))]) {
      assert.doesNotMatch(text, /floor|receivers|example\.com/, 'visitors don’t learn whom it tells');
    }
    const wrong = await api.get('/api/alerts/rules', { headers: { authorization: 'Bearer a-wrong-one' } });
    assert.equal(wrong.status, 401);
    await remove(rule);
    await ask('DELETE', `/receivers/${made.id}`);
    assert.equal((await ask<Told>('POST', `/receivers/${made.id}/test`, undefined, 404)).status, 404);
  });

  it('a test goes on its way; a delivery that was given up, and no other, is tried again', async () => {
    const receiver = await ask<AlertReceiver>('POST', '/receivers', HOOK, 201);
    const { firing_id } = await ask<AlertTest>('POST', `/receivers/${receiver.id}/test`);
    const [waiting] = await ask<AlertDelivery[]>('GET', `/firings/${firing_id}/deliveries`);
    assert.deepEqual([waiting?.state, waiting?.receiver_name, waiting?.error], ['waiting', 'desk', null]);
    const retry = `/firings/${firing_id}/deliveries/${receiver.id}/retry`;
    assert.match((await ask<Told>('POST', retry, undefined, 409)).detail, /is waiting: only one that was given up/);
    await database.client.query(
      "UPDATE alert_deliveries SET state = 'failed', error = 'it answers 500', failed_at = now(), attempts = 9",
    );
    const [failed] = await ask<AlertReceiver[]>('GET', '/receivers');
    assert.deepEqual([failed?.waiting, failed?.failed, failed?.last_error], [0, 1, 'it answers 500']);
    // With the header of a body, and none: as whoever sends the same headers with everything.
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const again = (await (
      await api.get(`/api/alerts${retry.replace(receiver.id, receiver.id.toUpperCase())}`, { method: 'POST', headers })
    ).json()) as AlertDelivery;
    assert.deepEqual([again.state, again.attempts], ['waiting', 0]);
    assert.equal((await ask<Told>('GET', `/firings/${NOBODY}/deliveries`, undefined, 404)).status, 404);
    await ask('DELETE', `/receivers/${receiver.id}`);
  });

  it('a rule is tried on the past before it is made', async () => {
    const at = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    for (const [hours, price] of [
      [5, '230'],
      [4, '230.5'],
      [3, '229'],
      [2, '231'],
      [1, '232'],
    ] as const) {
      const values = [at(hours), price];
      await database.client.query("INSERT INTO stock_prices VALUES ($1, 'AAPL', 'NASDAQ', $2)", values);
    }
    const preview = await ask<AlertPreview>('POST', '/preview', { rule: RULE });
    assert.deepEqual(
      preview.places.map(({ timestamp, price, stock_name }) => [timestamp.slice(0, 16), price, stock_name]),
      [
        [at(4).slice(0, 16), '230.5', 'AAPL'],
        [at(2).slice(0, 16), '231', 'AAPL'],
      ],
    );
    assert.equal(preview.fired, 2);
    assert.equal((await ask<AlertPreview>('POST', '/preview', { rule: RULE, start_time: at(3.5) })).fired, 1);
    const expired = { ...RULE, expires: at(3.5) };
    assert.equal((await ask<AlertPreview>('POST', '/preview', { rule: expired })).fired, 1, 'until it expired');
    for (const [body, parameter] of [
      [{}, 'rule'],
      [{ rule: { ...RULE, expires: at(900) } }, 'expires'],
      [{ rule: { ...RULE, condition: { type: 'silent' } } }, 'condition.seconds'],
      [{ rule: RULE, start_time: '2024-01-01' }, 'start_time'],
      [{ rule: RULE, end_time: '2024-01-01', start_time: '2024-02-01' }, 'start_time'],
    ] as const) {
      assert.equal((await ask<Told>('POST', '/preview', body, 422)).parameter, parameter);
    }
  });

  it('says of what a rule names that nobody has heard of it, and what it most likely was to be', async () => {
    await database.client.query("INSERT INTO stock_prices VALUES (now(), 'MSFT', 'NASDAQ', 400)");
    for (const [more, note] of [
      [{ stocks: ['MSFT'], exchange: 'NASDAQ' }, undefined],
      [{ stocks: ['MSFD'] }, 'There is no tick of "MSFD" yet. Did you mean "MSFT"?'],
      [{ exchange: 'NASDQ' }, 'There is no tick of the exchange "NASDQ" yet. Did you mean "NASDAQ"?'],
      [
        { stocks: Array.from({ length: 12 }, (_, i) => (i === 0 ? 'MSFT' : `S${i}`)) },
        'There is no tick of "S1", "S2", "S3", "S4", "S5" and 6 more yet.',
      ],
      [
        { stocks: ['MSFT'], condition: { ...RULE.condition, level: '-1' } },
        'Only exchanges of SIGNED_PRICES have prices of zero and below.',
      ],
    ] as const) {
      const rule = { ...RULE, ...more } as NewAlertRule;
      const made = await make(rule);
      assert.equal(made.note, note);
      const preview = await ask<AlertPreview>('POST', '/preview', { rule });
      assert.ok(note === undefined || preview.note?.endsWith(note), preview.note ?? 'no note');
      await remove(made);
    }
  });

  it('what its asker gave up is no fault of the database, in the log', async () => {
    const lines: string[] = [];
    const moments = new EventEmitter();
    const rules = (_question: unknown, { signal }: AskOptions = {}): Promise<never> =>
      new Promise((_resolve, reject) => {
        moments.emit('asked');
        signal?.addEventListener('abort', () => {
          reject(new StoreUnavailableError('the connection was closed'));
          setImmediate(() => moments.emit('answered'));
        });
      });
    const slow: TickReader = Object.create(reader, { alerts: { value: { ...reader.alerts, rules } } });
    const log = createLogger('backend', { write: (line) => lines.push(line) });
    await using other = await listenBackend(slow, { log });
    const abort = new AbortController();
    const [asked, answered] = [once(moments, 'asked'), once(moments, 'answered')];
    const asking = other.get('/api/alerts/rules', { signal: abort.signal });
    await asked;
    abort.abort();
    await assert.rejects(asking);
    await answered;
    assert.deepEqual(
      lines.filter((line) => line.includes('request_failed')),
      [],
    );
  });

  it('visitors see neither who is told nor what became of it', async () => {
    for (const path of ['/receivers', `/firings/${NOBODY}/deliveries`]) {
      assert.equal((await api.get(`/api/alerts${path}`)).status, 401, path);
    }
    assert.equal((await api.get('/api/alerts/rules')).status, 200);
  });
});
