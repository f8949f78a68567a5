import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createCentrifugoPublisher, type LiveEvent, type LivePublisher } from '../src/index.ts';
import { eventually, tickOf, ticksOf } from './live-ticks.ts';
import { type Answer, accept, reply, ScriptedCentrifugo, taken } from './scripted-centrifugo.ts';

const KEY = 'a-secret-key';

describe('a publisher to Centrifugo', () => {
  let server: ScriptedCentrifugo;
  let publisher: LivePublisher;
  let events: LiveEvent[];

  const create = (apiUrl: string, timeoutMs = 3000) => {
    events = [];
    publisher = createCentrifugoPublisher({
      ...{ apiUrl, apiKey: KEY, timeoutMs },
      onEvent: (event) => events.push(event),
    });
  };
  const isUp = () => publisher.status().live.state === 'up';
  const error = () => {
    const { live } = publisher.status();
    return live.state === 'down' ? live.error : '';
  };
  const balances = () => {
    const { accepted, sent, conflated, dropped, waiting } = publisher.status();
    assert.equal(accepted, sent + conflated + dropped + waiting);
  };

  beforeEach(async () => {
    server = await new ScriptedCentrifugo().start();
    create(server.url);
  });
  afterEach(async () => {
    await publisher[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('asks at once whether the server is there, before any tick', async () => {
    assert.match(error(), /has not answered yet/);
    await eventually('up', isUp);
    assert.deepEqual(server.keys, [KEY]);
    assert.deepEqual(server.published, []);
    assert.deepEqual(events, []);
  });

  test('accepts the address with and without /api and slashes', async () => {
    for (const end of ['', '/', '/api', '/api/']) {
      await publisher[Symbol.asyncDispose]();
      create(`${server.url}${end}`);
      await eventually('up', isUp);
    }
    assert.deepEqual(new Set(server.paths), new Set(['/api/batch']));
  });

  test('refuses an address or a key that cannot work, without telling the key', () => {
    assert.throws(() => createCentrifugoPublisher({ apiUrl: 'localhost:8000', apiKey: KEY }), /CENTRIFUGO_API_URL/);
    assert.throws(
      () => createCentrifugoPublisher({ apiUrl: server.url, apiKey: `${KEY}\n` }),
      ({ message }: Error) => message.includes('CENTRIFUGO_API_KEY') && !message.includes(KEY),
    );
  });

  test('has one batch in flight and gathers the next meanwhile, over one connection', async () => {
    await eventually('up', isUp);
    let inFlight = 0;
    let batches = 0;
    server.answer = (commands, response, request) => {
      assert.equal(++inFlight, 1);
      batches++;
      setTimeout(() => {
        inFlight--;
        accept(commands, response, request);
      }, 20);
    };
    const ticks = Array.from({ length: 200 }, (_, i) => tickOf(`S${i % 7}`, i % 3 === 0 ? 'NYSE' : 'NASDAQ'));
    for (const [i, tick] of ticks.entries()) {
      publisher.publish(`${tick.exchange}/0`, [tick]);
      if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await publisher.drain(20_000);
    assert.ok(batches <= 4, `${batches} batches`);
    assert.equal(server.connections, 1);
    assert.equal(publisher.status().sent, 200);
    balances();
  });

  const outages: readonly [title: string, answer: Answer, error: RegExp][] = [
    ['hangs', () => {}, /did not answer within 3000 ms/],
    ['hangs in the middle of its answer', (_, response) => response.write('{"replies":'), /did not answer within/],
    ['answers 5xx', (_, response) => void response.writeHead(503).end(), /answered HTTP 503/],
    [
      'refuses the key',
      (_, response) => void response.writeHead(401).end(),
      /API key is wrong. Set CENTRIFUGO_API_KEY/,
    ],
    ['is something else', (_, response) => void response.end('<html>'), /not Centrifugo's. Check CENTRIFUGO_API_URL/],
    ['has no API there', (_, response) => void response.writeHead(404).end(), /no API. Check CENTRIFUGO_API_URL/],
    ['closes without an answer', (_, response) => void response.destroy(), /cannot be reached .*\(ECONNRESET\)/],
    ['answers without end', (_, response) => endless(response), /too long/],
    ['has lost its broker', (commands, response) => reply(response, commands.map(internalError)), /100 internal/],
  ];
  for (const [title, answer, expected] of outages) {
    test(`says what is wrong when the server ${title}, and sends the newest ticks when it is back`, async () => {
      await eventually('up', isUp);
      server.answer = answer;
      publisher.publish('NASDAQ/0', ticksOf('A', 'B', 'A'));
      await eventually('down', () => expected.test(error()));
      const newest = ticksOf('A', 'C');
      publisher.publish('NASDAQ/0', ticksOf('A', 'C'));
      publisher.publish('NASDAQ/0', newest);
      assert.ok(!JSON.stringify([events, publisher.status()]).includes(KEY));
      server.answer = accept;
      server.published.length = 0;
      await publisher.drain(20_000);
      assert.deepEqual(
        server.seqs,
        [...server.seqs].sort((a, b) => a - b),
      );
      assert.deepEqual(
        server.seqs.slice(-2),
        newest.map(({ seq }) => seq),
      );
      assert.equal(server.seqs.length, 3);
      await eventually('up', isUp);
      assert.deepEqual([...new Set(events.map(({ type }) => type))].sort(), ['failed', 'recovered', 'sent']);
      balances();
    });
  }

  test('waits for a server that is not there, with growing pauses', async () => {
    await server[Symbol.asyncDispose]();
    await publisher[Symbol.asyncDispose]();
    create(server.url);
    publisher.publish('NASDAQ/0', ticksOf('A', 'B'));
    await eventually('refused', () => /cannot be reached at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/.test(error()));
    await assert.rejects(publisher.drain(200), /2 live ticks still wait after 200 ms/);
    const attempts = events.length;
    assert.ok(attempts <= 8, `${attempts} attempts`);
    server = await server.start();
    await publisher.drain(20_000);
    assert.equal(server.seqs.length, 2);
  });

  test('gives up what one channel refuses for good; the others go on', async () => {
    await eventually('up', isUp);
    server.answer = (commands, response) =>
      reply(
        response,
        commands.map((command) =>
          command.publish?.channel === 'NYSE' ? { error: { code: 102, message: 'unknown channel' } } : taken(command),
        ),
      );
    for (let i = 0; i < 3; i++) {
      publisher.publish('NYSE/0', [tickOf('TSLA', 'NYSE')]);
      publisher.publish('NASDAQ/0', ticksOf('AAPL'));
      await publisher.drain(20_000);
    }
    const { sent, dropped, waiting } = publisher.status();
    assert.deepEqual({ sent, dropped, waiting }, { sent: 3, dropped: 3, waiting: 0 });
    assert.match(error(), /refused channel NYSE: 102 unknown channel/);
    assert.equal(events.filter(({ type }) => type === 'failed').length, 1);
    server.answer = accept;
    publisher.publish('NYSE/0', [tickOf('TSLA', 'NYSE')]);
    await publisher.drain(20_000);
    assert.ok(isUp());
  });

  test('sends only what failed again, and never an older tick after a newer one', async () => {
    await eventually('up', isUp);
    let first = true;
    server.answer = (commands, response) => {
      reply(
        response,
        commands.map((command, i) => (first && i === 0 ? internalError() : taken(command))),
      );
      first = false;
    };
    // Two publications of NASDAQ, the first of which fails, and one of NYSE.
    publisher.publish('NASDAQ/0', ticksOf(...Array.from({ length: 1500 }, (_, i) => `S${i}`)));
    await publisher.drain(20_000);
    const { sent, dropped } = publisher.status();
    assert.ok(dropped > 0);
    assert.equal(sent + dropped, 1500);
    assert.equal(new Set(server.seqs).size, server.seqs.length);
    balances();
  });

  test('holds a bounded number of ticks while the server hangs', async () => {
    await eventually('up', isUp);
    server.answer = () => {};
    for (let i = 0; i < 100; i++) {
      publisher.publish('NASDAQ/0', ticksOf(...Array.from({ length: 1000 }, (_, j) => `S${j % 50}`)));
    }
    await eventually('down', () => /did not answer/.test(error()));
    publisher.publish('NASDAQ/0', ticksOf('S1'));
    assert.ok(publisher.status().waiting <= 50 + 1000, `${publisher.status().waiting} wait`);
    balances();
  });

  test('ends at once although the server hangs', async () => {
    await publisher[Symbol.asyncDispose]();
    create(server.url, 600_000);
    await eventually('up', isUp);
    server.answer = () => {};
    const { requests } = server;
    publisher.publish('NASDAQ/0', ticksOf('A'));
    await eventually('a request', () => server.requests === requests + 1);
    const started = performance.now();
    await publisher[Symbol.asyncDispose]();
    assert.ok(performance.now() - started < 60_000, 'it does not wait for the answer');
    publisher.publish('NASDAQ/0', ticksOf('A'));
    assert.equal(publisher.status().dropped, 1);
  });
});

function internalError(): object {
  return { error: { code: 100, message: 'internal server error' } };
}

function endless(response: Parameters<Answer>[1]): void {
  const more = () => {
    if (!response.destroyed) response.write('x'.repeat(65_536), more);
  };
  more();
}
