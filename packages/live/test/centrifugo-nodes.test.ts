import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { BoardMessage } from '@tickwatch/core';
import { createCentrifugoPublisher, type LiveEvent, type LivePublisher } from '../src/index.ts';
import { eventually, tickOf, ticksOf } from './live-ticks.ts';
import { type Answer, accept, reply, ScriptedCentrifugo, taken } from './scripted-centrifugo.ts';

const KEY = 'a-secret-key';
const LANES = new Map([
  ['NASDAQ', 1],
  ['NYSE', 2],
]);

describe('a publisher to several nodes of Centrifugo', () => {
  let nodes: ScriptedCentrifugo[];
  let publisher: LivePublisher;
  let events: LiveEvent[];
  const [A, B] = [0, 1] as const;
  const node = (index: number) => nodes[index] as ScriptedCentrifugo;
  const open = (apiUrl: string) => {
    events = [];
    const onEvent = (event: LiveEvent) => events.push(event);
    publisher = createCentrifugoPublisher({ apiUrl, apiKey: KEY, timeoutMs: 3000, lanes: LANES, onEvent });
  };
  const isUp = () => publisher.status().live.state === 'up';
  const switches = () => events.filter(({ type }) => type === 'switched').length;
  const publish = async (...stocks: readonly string[]) => {
    const ticks = ticksOf(...stocks);
    publisher.publish('NASDAQ/0', ticks);
    await publisher.drain(10_000);
    return ticks.map(({ seq }) => seq);
  };

  beforeEach(async () => {
    nodes = [await new ScriptedCentrifugo().start(), await new ScriptedCentrifugo().start()];
    open(`${node(A).url}, ${node(B).url}/api`);
    await eventually('up', isUp);
  });
  afterEach(async () => {
    await publisher[Symbol.asyncDispose]();
    for (const one of nodes) await one[Symbol.asyncDispose]();
  });

  test('uses the first while it answers, and the second not at all', async () => {
    const sent = [...(await publish('A', 'B')), ...(await publish('A'))];
    assert.deepEqual(node(A).seqs, sent);
    assert.equal(node(B).requests, 0);
  });

  const outages: readonly [string, Answer][] = [
    ['hangs', () => {}],
    ['closes without an answer', (_, response) => void response.destroy()],
    ['answers 5xx', (_, response) => void response.writeHead(503).end()],
    ['has another key', (_, response) => void response.writeHead(401).end()],
  ];
  for (const [title, answer] of outages) {
    test(`goes on with the second when the first ${title}, without a tick lost or held back, and says so`, async () => {
      node(A).answer = answer;
      const sent = await publish('A', 'A', 'B');
      assert.deepEqual(node(B).seqs, sent);
      assert.ok(isUp());
      const [event] = events;
      assert.deepEqual([event?.type, switches()], ['switched', 1]);
      assert.ok(!JSON.stringify(events).includes(KEY));
      // It stays there: a node that hung is not tried with every batch.
      node(A).answer = accept;
      const more = await publish('C');
      assert.deepEqual(node(B).seqs, [...sent, ...more]);
      assert.equal(publisher.status().conflated, 0);
    });
  }

  test('comes back to the first when the second fails, and names all when none answers', async () => {
    node(A).answer = outages[2]?.[1] as Answer;
    await publish('A');
    node(A).answer = accept;
    node(B).answer = outages[2]?.[1] as Answer;
    const back = await publish('B');
    assert.deepEqual(node(A).seqs, back);
    node(A).answer = outages[2]?.[1] as Answer;
    publisher.publish('NASDAQ/0', ticksOf('C'));
    await eventually('down', () => !isUp());
    const { live } = publisher.status();
    for (const { url } of nodes) assert.ok(live.state === 'down' && live.error.includes(new URL(url).host));
    node(B).answer = accept;
    await publisher.drain(10_000);
  });

  test('what a node may have published before it hung has the same key on the next: it is heard once', async () => {
    const keys: (string | undefined)[] = [];
    node(A).answer = (commands) => keys.push(...commands.map(({ publish: one }) => one?.idempotency_key));
    await publish('A', 'B');
    assert.equal(keys.length, 1);
    assert.deepEqual(
      node(B).published.map(({ idempotency_key }) => idempotency_key),
      keys,
    );
    await publish('A');
    assert.notEqual(node(B).published.at(-1)?.idempotency_key, keys[0]);
  });

  test('to one node nothing has a key', async () => {
    await publisher[Symbol.asyncDispose]();
    open(node(A).url);
    await publish('A');
    assert.deepEqual(Object.keys(node(A).published[0] ?? {}), ['channel', 'data']);
  });

  test('has one batch under way, on whichever node', async () => {
    let underWay = 0;
    let turn = 0;
    const slow: Answer = (commands, response, request) => {
      assert.equal(++underWay, 1);
      setTimeout(() => {
        underWay--;
        if (++turn % 3 === 0) accept(commands, response, request);
        else response.writeHead(503).end();
      }, 5);
    };
    for (const one of nodes) one.answer = slow;
    const ticks = Array.from({ length: 60 }, (_, i) => tickOf(`S${i % 5}`, 'NASDAQ'));
    for (const tick of ticks) {
      publisher.publish('NASDAQ/0', [tick]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await publisher.drain(20_000);
    assert.ok(switches() > 0);
  });

  test('a lane that is one of several travels once, for the exchange and for its own channel', async () => {
    const tick = tickOf('TSLA', 'NYSE');
    publisher.publish('NYSE/1', [tick]);
    await publisher.drain(10_000);
    const published = node(A).published.map(({ channel, data }) => [channel, data.ticks.map(({ seq }) => seq)]);
    assert.deepEqual(published, [
      ['NYSE', [tick.seq]],
      ['lane:NYSE/1', [tick.seq]],
    ]);
  });

  for (const [code, tries] of [
    [100, 2],
    [102, 1],
  ] as const) {
    test(`what only the lane’s channel refuses with ${code} is said, and not told to the exchange again`, async () => {
      const asked: string[] = [];
      node(A).answer = (commands, response) =>
        reply(
          response,
          commands.map((command) => {
            const error = { code, message: 'refused' };
            const channels = command.broadcast?.channels ?? [command.publish?.channel ?? ''];
            asked.push(...channels);
            const responses = channels.map((channel) => (channel.startsWith('lane:') ? { error } : { result: {} }));
            if (command.broadcast !== undefined) return { broadcast: { responses } };
            return channels[0]?.startsWith('lane:') ? { error } : taken(command);
          }),
        );
      publisher.publish('NYSE/0', [tickOf('TSLA', 'NYSE')]);
      await publisher.drain(10_000);
      assert.equal(asked.filter((channel) => channel === 'NYSE').length, 1);
      assert.equal(asked.filter((channel) => channel === 'lane:NYSE/0').length, tries);
      assert.equal(publisher.status().sent, 1);
      await eventually('down', () => !isUp());
      node(A).answer = accept;
      publisher.publish('NYSE/0', [tickOf('TSLA', 'NYSE')]);
      await eventually('up', isUp);
    });
  }

  test('boards go over a connection of their own: where their channel hangs the exchange’s does not wait', async () => {
    await publisher[Symbol.asyncDispose]();
    const boards: BoardMessage[] = [];
    node(A).answer = (commands, response, request) => {
      const isBoard = commands[0]?.publish?.channel.startsWith('board:') ?? false;
      if (isBoard) boards.push(commands[0]?.publish?.data as unknown as BoardMessage);
      else accept(commands, response, request);
    };
    const where = { apiUrl: node(A).url, apiKey: KEY, timeoutMs: 10_000, lanes: LANES };
    publisher = createCentrifugoPublisher({ ...where, boardBytesPerSecond: 100_000 });
    await eventually('up', isUp);
    publisher.publish('NASDAQ/0', ticksOf('A', 'A'));
    await eventually('a board', () => boards.length === 1);
    assert.deepEqual([boards[0]?.ticks, boards[0]?.rows[0]], [2, 'A']);
    const sent = ticksOf('A', 'B');
    publisher.publish('NASDAQ/0', sent);
    await eventually('the ticks', () => node(A).seqs.includes(sent[1]?.seq ?? 0));
    assert.ok(isUp());
    await assert.rejects(publisher.drain(100), /boards have not been told/);
  });
});
