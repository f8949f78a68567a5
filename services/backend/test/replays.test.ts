import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Problem, Replay, Replays } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { type FakeChannel, FakeChannels } from './fake-channels.ts';
import { arrived, pagesOf } from './replay-kit.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';

const TOKEN = 'the-token-of-this-test';

const ticks = arrived(Array.from({ length: 2000 }, (_, i) => i * 100));
const page = pagesOf(ticks);

/** Only what replays ask. */
const reader = {
  marketPage: async ({ from, until, after, limit }: { from: number; until: number; after?: never; limit: number }) => {
    const isKnown = from <= (ticks.at(-1)?.time ?? 0) && until > (ticks[0]?.time ?? 0);
    const { chunks, next } = isKnown
      ? await page({ from, after, limit }, new AbortController().signal)
      : { chunks: [], next: undefined };
    return { reach: {}, missing: { complete: false, holes: [] }, chunks, next };
  },
  load: () => ({ questions: 0, waiting: 0, exports: 0, tailReachable: true }),
} as unknown as TickReader;

const RANGE = { from: '2026-11-27T14:30:00Z', to: '2026-11-27T15:00:00Z' };

describe('replays', () => {
  const channels = new FakeChannels();
  let api: TestBackend;

  before(async () => {
    api = await listenBackend(reader, { replays: channels }, { adminToken: TOKEN });
  });
  after(() => api[Symbol.asyncDispose]());

  const ask = (method: string, path: string, body?: unknown): Promise<Response> =>
    api.get(`/api/replays${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const replayOf = async (answer: Response, status = 200): Promise<Replay> => {
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    return JSON.parse(text);
  };

  async function begin(more: object = {}): Promise<{ readonly replay: Replay; readonly channel: FakeChannel }> {
    const replay = await replayOf(await ask('POST', '', { ...RANGE, ...more }), 201);
    return { replay, channel: channels.opened.at(-1) as FakeChannel };
  }

  it('plays to whoever listens, is held, set and sped up, says how it is, and is ended', async () => {
    const answer = await ask('POST', '', { ...RANGE, speed: 10, stocks: ['S1', 'S2', 'S1'] });
    const replay = await replayOf(answer, 201);
    const channel = channels.opened.at(-1) as FakeChannel;
    assert.equal(answer.headers.get('location'), `/api/replays/${replay.id}`);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.match(replay.id, /^[0-9a-f]{32}$/);
    assert.deepEqual(replay, {
      id: replay.id,
      channel: `replay:${replay.id}`,
      from: '2026-11-27T14:30:00.000000Z',
      to: '2026-11-27T15:00:00.000000Z',
      speed: 10,
      exchange: null,
      stocks: ['S1', 'S2'],
      state: 'waiting',
      time: '2026-11-27T14:30:00.000000Z',
      seek: 0,
      ticks: 0,
      skipped: 0,
      listeners: 0,
      behind_seconds: 0,
      complete: false,
    });
    channel.listen(1);
    const first = await channel.until((message) => message.ticks.length > 0);
    assert.deepEqual(first, {
      ticks: [
        { stock_name: 'S0', exchange_name: 'NYSE', price: 100.5, timestamp: '2026-11-27T14:30:00.000000Z', seq: 1 },
      ],
      replay: { seek: 0, time: first.replay.time, speed: 10, state: 'playing' },
    });
    assert.equal((await replayOf(await ask('POST', `/${replay.id}/pause`))).state, 'paused');
    await channel.until((message) => message.replay.state === 'paused');
    const sped = await replayOf(await ask('POST', `/${replay.id}/speed`, { speed: 'unpaced' }));
    assert.deepEqual([sped.speed, sped.state], ['unpaced', 'paused']);
    const sought = await replayOf(await ask('POST', `/${replay.id}/seek`, { time: '2026-11-27T14:31:00Z' }));
    assert.deepEqual([sought.seek, sought.time], [1, '2026-11-27T14:31:00.000000Z']);
    await replayOf(await ask('POST', `/${replay.id}/resume`, {}));
    await channel.until((message) => message.replay.state === 'ended');
    const behind = channel.heard.filter((message) => message.replay.seek === 1).flatMap((message) => message.ticks);
    assert.deepEqual(
      behind.map(({ seq }) => seq),
      ticks.slice(600).map(({ seq }) => seq),
    );
    const ended = await replayOf(await ask('GET', `/${replay.id}`));
    assert.deepEqual([ended.state, ended.time], ['ended', '2026-11-27T15:00:00.000000Z']);
    assert.ok(ended.ticks >= 1401);
    const all = (await (await ask('GET', '')).json()) as Replays;
    assert.deepEqual(
      all.map(({ id }) => id),
      [replay.id],
    );
    const metrics = await (await api.get('/metrics')).text();
    assert.match(metrics, /replays_running\{[^}]*\} 1\n/);
    assert.match(metrics, /replay_ticks_total\{[^}]*\} 1[45]\d\d\n/);
    assert.equal((await replayOf(await ask('DELETE', `/${replay.id}`))).state, 'ended');
    assert.equal(channel.isClosed, true);
    assert.equal((await ask('GET', `/${replay.id}`)).status, 404);
    assert.deepEqual(await (await ask('GET', '')).json(), []);
  });

  it('are for who shows the token, to read as to change', async () => {
    const { replay } = await begin();
    for (const [method, path] of [
      ['POST', ''],
      ['GET', ''],
      ['GET', `/${replay.id}`],
      ['POST', `/${replay.id}/pause`],
      ['POST', `/${replay.id}/seek`],
      ['DELETE', `/${replay.id}`],
    ] as const) {
      assert.equal((await api.get(`/api/replays${path}`, { method })).status, 401, `${method} ${path}`);
    }
    await ask('DELETE', `/${replay.id}`);
  });

  it('say what is wrong with what was asked for, and quote it', async () => {
    const { replay } = await begin();
    const wrong: readonly (readonly [path: string, body: unknown, parameter: string, words: RegExp])[] = [
      ['', { to: RANGE.to }, 'from', /from is missing/],
      ['', { ...RANGE, from: 'soon' }, 'from', /"soon" is not a time/],
      ['', { from: RANGE.to, to: RANGE.from }, 'from', /"2026-11-27T15:00:00Z" lies after to "2026-11-27T14:30:00Z"/],
      ['', { ...RANGE, from: '2025-01-01' }, 'from', /longer than 31 days/],
      ['', { ...RANGE, speed: 0 }, 'speed', /speed 0 is no speed: give a number from 0.1 to 1000, or "unpaced"/],
      ['', { ...RANGE, speed: 1001 }, 'speed', /1001/],
      ['', { ...RANGE, speed: 'fast' }, 'speed', /"fast"/],
      ['', { ...RANGE, speed: null }, 'speed', /null/],
      ['', { ...RANGE, stocks: 'AAPL' }, 'stocks', /"AAPL" is no list/],
      ['', { ...RANGE, stocks: [] }, 'stocks', /leave it out/],
      ['', { ...RANGE, stocks: [7] }, 'stocks', /no text/],
      ['', { ...RANGE, stocks: Array.from({ length: 1001 }, (_, i) => `S${i}`) }, 'stocks', /1001 names/],
      ['', { ...RANGE, start: '2026-11-27' }, 'start', /did you mean from\?/],
      ['', { ...RANGE, timezone: 'Atlantis' }, 'timezone', /Atlantis/],
      ['', { from: '2026-11-01', to: '2026-11-02' }, 'from', /there are no ticks/],
      [
        '',
        [],
        'body',
        /no JSON object: give one, as \{"from":"2026-11-27T14:30:00Z","to":"2026-11-27T21:00:00Z","speed":10\}/,
      ],
      [`/${replay.id}/seek`, [], 'body', /give one, as \{"time":"2026-11-27T15:00:00Z"\}/],
      [`/${replay.id}/speed`, [], 'body', /give one, as \{"speed":10\}/],
      [`/${replay.id}/pause`, [], 'body', /leave it out/],
      [`/${replay.id}/seek`, { time: '2026-11-27T15:00:01Z' }, 'time', /outside the replay/],
      [`/${replay.id}/seek`, {}, 'time', /missing/],
      [`/${replay.id}/speed`, {}, 'speed', /missing/],
      [`/${replay.id}/pause`, { until: 'later' }, 'until', /takes none/],
    ];
    for (const [path, body, parameter, words] of wrong) {
      const answer = await ask('POST', path, body);
      const problem = (await answer.json()) as Problem;
      assert.equal(answer.status, 422, JSON.stringify(problem));
      assert.equal(problem.parameter, parameter, problem.detail);
      assert.match(problem.detail ?? '', words);
    }
    const unknown = await ask('POST', '/0123/pause');
    assert.equal(unknown.status, 404);
    assert.match(((await unknown.json()) as Problem).detail ?? '', /There is no replay "0123"/);
    await ask('DELETE', `/${replay.id}`);
  });

  it('take times as every question does: dates of a zone, one moment, an end that is still to come, numbers', async () => {
    const stamps = async (more: object) => {
      const { replay } = await begin(more);
      await ask('DELETE', `/${replay.id}`);
      return [replay.from, replay.to];
    };
    assert.deepEqual(await stamps({ from: '2026-11-27', to: '2026-11-27', timezone: 'America/New_York' }), [
      '2026-11-27T05:00:00.000000Z',
      '2026-11-28T04:59:59.999999Z',
    ]);
    const moment = '2026-11-27T14:30:01.000000Z';
    assert.deepEqual(await stamps({ from: moment, to: moment }), [moment, moment]);
    assert.deepEqual(await stamps({ from: 1_795_789_801, to: '1795789801' }), [moment, moment]);
    const [, until = ''] = await stamps({ to: '2999-01-01' });
    assert.ok(Math.abs(Date.parse(until) - Date.now()) < 60_000, `the end is now, not ${until}`);
  });

  it('say what is wrong with a body that is no JSON', async () => {
    const post = (body: string, type: string) =>
      api.get('/api/replays', {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': type },
        body,
      });
    for (const [body, type, status, words] of [
      ['from=2026-11-27', 'text/plain', 422, /no JSON object: give one, as \{"from"/],
      ['{"from": ', 'application/json', 400, /JSON/],
      ['from=2026-11-27', 'application/x-www-form-urlencoded', 415, /Content-Type: application\/json/],
    ] as const) {
      const answer = await post(body, type);
      const problem = (await answer.json()) as Problem;
      assert.equal(answer.status, status, JSON.stringify(problem));
      assert.match(problem.detail ?? '', words);
    }
  });

  it('are few: one more is refused, with what to do', async () => {
    const begun = await Promise.all(Array.from({ length: 8 }, () => begin()));
    const refused = await ask('POST', '', RANGE);
    assert.equal(refused.status, 409);
    assert.match(((await refused.json()) as Problem).detail ?? '', /8 replays already.*REPLAYS_MAX.*DELETE/);
    await ask('DELETE', `/${begun[3]?.replay.id}`);
    const { replay } = await begin();
    for (const { id } of [replay, ...begun.map((one) => one.replay)]) await ask('DELETE', `/${id}`);
    assert.ok(channels.opened.every(({ isClosed }) => isClosed));
  });

  it('need a live server', async () => {
    const alone = await listenBackend(reader, {}, { adminToken: TOKEN });
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const answer = await alone.get('/api/replays', { method: 'POST', headers, body: JSON.stringify(RANGE) });
    assert.equal(answer.status, 503);
    assert.match(((await answer.json()) as Problem).detail ?? '', /CENTRIFUGO_API_URL/);
    await alone[Symbol.asyncDispose]();
  });

  it('end with the service: who listens hears it', async () => {
    const own = new FakeChannels();
    const backend = await listenBackend(reader, { replays: own }, { adminToken: TOKEN });
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    await backend.get('/api/replays', { method: 'POST', headers, body: JSON.stringify(RANGE) });
    const [channel] = own.opened as [FakeChannel];
    channel.listen(2);
    await channel.until((message) => message.ticks.length > 0);
    await backend[Symbol.asyncDispose]();
    assert.equal(channel.heard.at(-1)?.replay.state, 'ended');
    assert.equal(channel.isClosed, true);
  });
});
