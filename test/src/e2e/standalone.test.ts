import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ALERTS_CHANNEL, type AlertFiring, type AlertMessage, type Average, type LiveMessage } from '@tickwatch/core';
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';
import { until } from '../servers/index.ts';
import { type StandaloneProcess, startStandaloneProcess } from './standalone-process.ts';

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return (await response.json()) as T;
}

describe('the whole system in one process', () => {
  let folder = '';
  let system: StandaloneProcess;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-standalone-'));
    system = await startStandaloneProcess({ DATA_DIR: folder, ALERT_PRIVATE_TARGETS: '127.0.0.1' });
  });
  after(async () => {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers with prices that have microseconds and with their average soon after the start', async () => {
    const average = await until(async () => {
      const answer = await getJson<Average>(`${system.address}/api/average/AAPL`);
      return answer.count > 0 ? answer : undefined;
    });
    assert.equal(average.stock_name, 'AAPL');
    const prices = await getJson<readonly { timestamp: string; price: number; exchange_name: string }[]>(
      `${system.address}/api/prices/AAPL`,
    );
    assert.ok(prices.length >= average.count);
    for (const { timestamp, price, exchange_name } of prices) {
      assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      assert.ok(price > 0);
      assert.equal(exchange_name, 'NASDAQ');
    }
  });

  it('sends both exchanges live to an anonymous client, and takes nothing from it', async () => {
    const client = new Centrifuge(`${system.address.replace('http', 'ws')}/connection/websocket`, {
      websocket: WebSocket,
    });
    const seen = new Set<string>();
    const seqs: number[] = [];
    for (const channel of ['NASDAQ', 'NYSE']) {
      const subscription = client.newSubscription(channel);
      subscription.on('publication', ({ data }) => {
        for (const tick of (data as LiveMessage).ticks) {
          seen.add(tick.exchange_name);
          if (channel === 'NYSE') seqs.push(tick.seq);
        }
      });
      subscription.subscribe();
    }
    client.connect();
    try {
      await until(() => seen.size === 2 && seqs.length > 3);
      assert.deepEqual(
        seqs,
        [...seqs].sort((a, b) => a - b),
      );
      await assert.rejects(client.publish('NYSE', { ticks: [] }), (error: { code: number }) => error.code === 103);
    } finally {
      client.disconnect();
    }
  });

  it('tells of what a rule fires: the API, whoever listens, and a receiver that is allowed to be on this machine', async () => {
    const taken: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
    const receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      taken.push({ headers: request.headers, body });
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const live = `${system.address.replace('http', 'ws')}/connection/websocket`;
    const client = new Centrifuge(live, { websocket: WebSocket });
    const heard: AlertFiring[] = [];
    const subscription = client.newSubscription(ALERTS_CHANNEL);
    subscription.on('publication', ({ data }) => heard.push(...(data as AlertMessage).firings));
    subscription.subscribe();
    client.connect();
    try {
      await subscription.ready(20_000);
      const token = (await readFile(join(folder, 'admin-token'), 'utf8')).trim();
      const make = async (path: string, body: object): Promise<Response> =>
        fetch(`${system.address}/api/alerts/${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
      assert.equal((await make('receivers', { type: 'webhook', name: 'desk', url })).status, 201);
      // Prices go up and down about where they are now.
      const { last } = await getJson<Average>(`${system.address}/api/average/AAPL`);
      const condition = { type: 'price_crosses', direction: 'either', level: (Number(last) + 0.005).toFixed(3) };
      const rule = {
        name: 'AAPL moves',
        condition,
        exchange: 'NASDAQ',
        stocks: ['AAPL'],
        once: true,
        receivers: ['desk'],
      };
      const made = await make('rules', rule);
      assert.equal(made.status, 201, await made.clone().text());
      const { id } = (await made.json()) as { readonly id: string };
      await until(() => taken.length > 0 && heard.length > 0, { what: 'the firing' });
      const firings = await getJson<readonly AlertFiring[]>(`${system.address}/api/alerts/firings?rule=${id}`);
      assert.equal(firings.length, 1);
      assert.deepEqual(heard, firings);
      assert.equal(taken[0]?.headers['idempotency-key'], firings[0]?.id);
      assert.match(String(taken[0]?.headers['x-tickwatch-signature']), /^v1=[0-9a-f]{64}$/);
      assert.deepEqual(JSON.parse(taken[0]?.body ?? ''), firings[0]);
    } finally {
      client.disconnect();
      receiver.close();
    }
  });

  it('serves the page, the contract, health and figures on the one port', async () => {
    assert.match(await (await fetch(system.address)).text(), /<!doctype html>/i);
    assert.equal((await getJson<{ openapi: string }>(`${system.address}/api/openapi.json`)).openapi.slice(0, 3), '3.1');
    for (const path of ['/healthz', '/readyz', '/api/docs/'])
      assert.equal((await fetch(system.address + path)).status, 200);
    assert.match(await (await fetch(`${system.address}/metrics`)).text(), /tickwatch_ledger_ticks\{/);
  });

  it('ends in order, leaves nothing running, and has the old prices at the next start', async () => {
    await until(() => system.log.some((line) => line.includes('"insert_success"')));
    assert.equal(await system.stop('SIGINT'), 0);
    for (const line of system.log)
      assert.equal(typeof (JSON.parse(line) as { timestamp: unknown }).timestamp, 'string');
    const stored = system.log.flatMap((line) => (JSON.parse(line) as { rows?: number }).rows ?? []);
    system = await startStandaloneProcess({ DATA_DIR: folder, GENERATOR: 'off' });
    const stocks = await getJson<readonly { count: number }[]>(`${system.address}/api/stocks`);
    assert.equal(stocks.length, 6);
    assert.equal(
      stocks.reduce((sum, stock) => sum + stock.count, 0),
      stored.reduce((sum, rows) => sum + rows, 0),
    );
    // What Vector does in the stack is done in the process here: measurements are in the database.
    const latency = await fetch(`${system.address}/api/metrics/insert-latency`);
    assert.equal(latency.status, 200);
  });
});
