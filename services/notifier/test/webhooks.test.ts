import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { FakeOutbox } from './fake-outbox.ts';
import { firing, httpReceiver, receiver, testNotifier, until } from './notifier-kit.ts';

test('a webhook gets the firing as JSON, signed, with its id as the idempotency key', async () => {
  await using server = await httpReceiver();
  const outbox = new FakeOutbox();
  await using running = await testNotifier({ outbox });
  const desk = receiver('webhook', `${server.url}/hooks/t0ken`);
  const fired = firing();
  outbox.fire(fired, [desk]);
  await until('it is delivered', () => outbox.rows[0]?.state === 'delivered');
  const [got] = server.received;
  assert.equal(got?.path, '/hooks/t0ken');
  assert.deepEqual(JSON.parse(got.body), {
    id: fired.id,
    rule_id: fired.ruleId,
    rule_name: 'AAPL above 230',
    exchange_name: 'NASDAQ',
    stock_name: 'AAPL',
    timestamp: '2026-11-18T11:06:40.123456Z',
    seq: 17,
    price: '230.05',
    text: 'AAPL crossed 230 from below: 230.05',
    recorded: JSON.parse(got.body).recorded,
  });
  assert.equal(got.headers['idempotency-key'], fired.id);
  const stamp = got.headers['x-tickwatch-timestamp'];
  assert.ok(Math.abs(Number(stamp) - Date.now() / 1000) < 60, `${stamp} is now, in seconds`);
  const hex = createHmac('sha256', 'a secret of the desk').update(`${stamp}.${got.body}`).digest('hex');
  assert.equal(got.headers['x-tickwatch-signature'], `v1=${hex}`);
  assert.match(await running.metrics(), /tickwatch_alert_deliveries_total\{type="webhook",service="test"\} 1/);
});

test('a receiver that hangs, redirects, fails or refuses delays nobody else, and its firings come later', async () => {
  await using elsewhere = await httpReceiver();
  let isWell = false;
  await using server = await httpReceiver((response, { path }) => {
    if (isWell) response.end();
    else if (path === '/redirects') response.writeHead(302, { location: elsewhere.url }).end();
    else if (path === '/fails') response.writeHead(500).end('t0ken');
    else if (path === '/refuses') response.writeHead(422).end();
    else if (path === '/gone') response.writeHead(410).end();
    else if (path === '/well') response.end();
    else if (path === '/drips') drip(response);
    else if (path === '/switches')
      response.socket?.write('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
  });
  const outbox = new FakeOutbox();
  await using running = await testNotifier({ outbox }, { ALERT_TIMEOUT_MS: '300' });
  const paths = ['hangs', 'drips', 'switches', 'redirects', 'fails', 'refuses', 'gone', 'well'];
  const desks = paths.map((path) => receiver('webhook', `${server.url}/${path}`, { name: path }));
  const firings = Array.from({ length: 20 }, (_, at) => firing(`firing ${at}`));
  for (const one of firings) outbox.fire(one, desks);
  const state = (name: string) => outbox.rows.filter((row) => row.receiver.name === name).map((row) => row.state);
  await until('the one that is well has all', () => state('well').every((each) => each === 'delivered'));
  const error = (name: string) => outbox.rows.find((row) => row.receiver.name === name)?.error;
  const isLate = (name: string) => error(name)?.endsWith('did not answer within 0.3 s') === true;
  await until('those that hang are noticed', () => isLate('hangs') && isLate('drips'));
  await until('the one that is gone is given up', () => state('gone').every((each) => each === 'failed'));
  assert.equal(error('redirects'), 'it answered 302; redirects are not followed');
  assert.equal(error('fails'), 'it answered 500');
  assert.equal(error('switches'), 'it answered 101');
  assert.equal(error('refuses'), 'it answered 422');
  assert.deepEqual(elsewhere.received, []);
  assert.equal(running.notifier.readiness().receivers?.ok, true);
  const told = () => running.notifier.readiness().receivers?.detail;
  await until('those that take nothing are told', () => told() === '5 take nothing now');

  isWell = true;
  await until('all the others have theirs', () => {
    outbox.makeDue();
    return outbox.rows.every((row) => row.state === (row.receiver.name === 'gone' ? 'failed' : 'delivered'));
  });
  assert.match(running.log(), /"receiver_well"/);
  const ids = server.received.filter(({ path }) => path === '/fails').map(({ headers }) => headers['idempotency-key']);
  assert.deepEqual(new Set(ids), new Set(firings.map(({ id }) => id)));
});

/** Says the head of an answer so slowly that it never ends. */
function drip({ socket }: ServerResponse): void {
  socket?.write('HTTP/1.1 200 OK\r\n');
  const timer = setInterval(() => socket?.write('x: y\r\n'), 20);
  socket?.on('close', () => clearInterval(timer));
}

test('an answer without an end is not read to its end, nor waited for', async () => {
  await using server = await httpReceiver((response) => {
    const more = () => response.write('x'.repeat(65_536));
    response.on('drain', more);
    more();
  });
  const outbox = new FakeOutbox();
  await using _running = await testNotifier({ outbox });
  const desk = receiver('webhook', server.url);
  for (let at = 0; at < 10; at++) outbox.fire(firing(), [desk]);
  await until('all are delivered', () => outbox.rows.every(({ state }) => state === 'delivered'));
});

test('nothing secret is told of a receiver that can not be reached', async () => {
  await using server = await httpReceiver((response) => response.socket?.end('no HTTP: t0ken\r\n\r\n'));
  const outbox = new FakeOutbox();
  await using running = await testNotifier({ outbox });
  const targets = [
    `${server.url}/t0ken?key=t0ken`,
    'http://127.0.0.1:1/t0ken',
    'http://me:t0ken@127.0.0.1/',
    'ftp://t0ken/',
    't0ken',
  ];
  for (const target of targets) outbox.fire(firing(), [receiver('webhook', target, { secret: 'a t0ken, too' })]);
  outbox.fire(firing(), [receiver('grafana', `${server.url}/t0ken`, { secret: 't0ken\r\nX: y' })]);
  await until('each was tried', () => outbox.rows.every(({ attempts }) => attempts > 0));
  const told = outbox.rows.map(({ error }) => error).join('\n') + running.log();
  assert.match(told, /127\.0\.0\.1:\d+ can't be reached \(HPE_/);
  assert.match(told, /port 1 is not for the web/);
  assert.match(told, /holds a user or password/);
  assert.match(told, /ftp: is no way to send it/);
  assert.doesNotMatch(told, /t0ken/);
});

test('what waits for a later try comes soon when its receiver takes something again, and when it is put right', async () => {
  let isWell = false;
  await using server = await httpReceiver((response, { path }) =>
    response.writeHead(path === '/desk' && isWell ? 204 : 400).end(),
  );
  const outbox = new FakeOutbox();
  await using _running = await testNotifier({ outbox });
  const desk = receiver('webhook', `${server.url}/desk`);
  const wrong = receiver('webhook', `${server.url}/wrong`);
  for (let at = 0; at < 100; at++) outbox.fire(firing(), [desk, wrong]);
  await until('each was refused', () => outbox.rows.every(({ attempts }) => attempts > 0));
  const [first] = outbox.rowsOf(desk);
  const tomorrow = (Date.now() + 86_400_000) * 1000;
  for (const row of outbox.rows) if (row !== first) row.nextAt = tomorrow;
  isWell = true;
  await until('all come', () => outbox.rowsOf(desk).every(({ state }) => state === 'delivered'));

  assert.ok(outbox.rowsOf(wrong).every(({ state }) => state === 'waiting'));
  Object.assign(wrong, { target: desk.target });
  outbox.fire(firing(), []);
  await until('those come as well', () => outbox.rows.every(({ state }) => state === 'delivered'));
});

test('a firing becomes an annotation of Grafana, also of one below a path', async () => {
  await using server = await httpReceiver();
  const outbox = new FakeOutbox();
  await using _running = await testNotifier({ outbox });
  const fired = firing();
  outbox.fire(fired, [receiver('grafana', `${server.url}/grafana/`, { secret: 'glsa_token' })]);
  await until('it is delivered', () => outbox.rows[0]?.state === 'delivered');
  const [got] = server.received;
  assert.equal(got?.path, '/grafana/api/annotations');
  assert.equal(got.headers.authorization, 'Bearer glsa_token');
  assert.deepEqual(JSON.parse(got.body), {
    time: 1_795_000_000_123,
    tags: ['tickwatch', 'AAPL above 230', 'NASDAQ', 'AAPL'],
    text: 'AAPL crossed 230 from below: 230.05 (2026-11-18T11:06:40.123456Z)',
  });
});

test('a delivery is given up after a day, those that waited behind it as well', async () => {
  await using server = await httpReceiver((response) => response.writeHead(503).end());
  const outbox = new FakeOutbox();
  await using running = await testNotifier({ outbox });
  const desk = receiver('webhook', server.url);
  const yesterday = (Date.now() - 86_400_001) * 1000;
  for (let at = 0; at < 40; at++) outbox.fire(firing(), [desk], yesterday as never);
  await until('all are given up', () => outbox.rows.every(({ state }) => state === 'failed'));
  assert.ok(server.received.length <= 8, `${server.received.length} tries`);
  assert.match(await running.metrics(), /given_up_total\{type="webhook",service="test"\} 40/);
});

test('while the database is away what is under way is delivered, told when it is back, and not sent again', async () => {
  const outbox = new FakeOutbox();
  await using server = await httpReceiver((response) => {
    outbox.isAway = true;
    response.end();
  });
  await using running = await testNotifier({ outbox });
  outbox.fire(firing(), [receiver('webhook', server.url)]);
  await until('it is noticed', () => running.notifier.readiness().outbox?.ok === false);
  assert.match(running.log(), /"store_away"/);
  outbox.isAway = false;
  outbox.makeDue();
  await until('it is told', () => outbox.rows[0]?.state === 'delivered');
  await until('all is well', () => running.notifier.readiness().outbox?.ok === true);
  assert.equal(server.received.length, 1);
});

test('a stop lets what is under way end, leaves the rest in the outbox, and nothing that keeps the process', async () => {
  const clocks = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  let answerAll = (): void => {};
  const asked = new Promise<void>((resolve) => {
    answerAll = resolve;
  });
  await using server = await httpReceiver((response) => void asked.then(() => response.end()));
  const outbox = new FakeOutbox();
  const before = clocks();
  const running = await testNotifier({ outbox });
  const desk = receiver('webhook', server.url);
  for (let at = 0; at < 10; at++) outbox.fire(firing(), [desk]);
  await until('some are under way', () => server.received.length === 4);
  const stopped = running[Symbol.asyncDispose]();
  answerAll();
  await stopped;
  assert.equal(outbox.rows.filter(({ state }) => state === 'delivered').length, 4);
  assert.equal(server.received.length, 4);
  assert.equal(clocks(), before);
});
