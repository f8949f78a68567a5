import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { eventually } from './eventually.ts';
import { ALLOWED_ORIGIN, type LiveFixture, makeTicks } from './live-fixture.ts';
import { RawClient } from './raw-client.ts';

const CONNECT = { id: 1, connect: {} };

/** The wire itself: batches, refusals and the codes with which a connection ends. */
export function testProtocol(fixture: () => LiveFixture): void {
  const open = () => new RawClient(fixture().websocketUrl).open();

  describe('on the wire', () => {
    test('commands of one frame are answered in order, and the price keeps its digits', async () => {
      using client = await open();
      const { publisher } = fixture();
      client.send(CONNECT, { id: 2, subscribe: { channel: 'NASDAQ' } }, { id: 3, subscribe: { channel: 'NYSE' } });
      await eventually('three replies', () => client.replies.length === 3);
      assert.deepEqual(
        client.replies.map(({ id }) => id),
        [1, 2, 3],
      );
      const { client: clientId, version, ping, pong } = client.result(1, 'connect');
      assert.match(String(clientId), /^[0-9a-f-]{36}$/);
      assert.equal(typeof version, 'string');
      assert.equal(ping, 25);
      assert.equal(pong, true);
      const { recoverable, positioned, epoch } = client.result(2, 'subscribe');
      assert.equal(recoverable, true);
      assert.equal(positioned, true);
      assert.match(String(epoch), /^\w{4,}$/);
      publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 1, '123456789012345.678901'));
      publisher.publish('NYSE/0', makeTicks('NYSE', 1, '220.40'));
      await eventually('two pushes', () => client.replies.length === 5);
      const sent = client.frames.join('\n');
      assert.match(sent, /"price":123456789012345\.678901,/);
      assert.match(sent, /"price":220\.40,/);
    });

    test('a second subscription to a channel is refused', async () => {
      using client = await open();
      const subscribe = { channel: 'NASDAQ' };
      client.send(CONNECT, { id: 2, subscribe }, { id: 3, subscribe });
      await eventually('the refusal', () => client.reply(3) !== undefined);
      assert.equal(client.reply(3)?.error?.code, 105);
    });

    test('a subscription with a position of another epoch is told that it is not recovered', async () => {
      using client = await open();
      client.send(CONNECT, { id: 2, subscribe: { channel: 'NASDAQ', recover: true, offset: 1, epoch: 'gone' } });
      await eventually('the reply', () => client.reply(2) !== undefined);
      const { was_recovering: was, recovered = false } = client.result(2, 'subscribe');
      assert.deepEqual([was, recovered], [true, false]);
    });

    test('a frame may hold hundreds of commands, and each is answered in order', async () => {
      using client = await open();
      const ids = Array.from({ length: 500 }, (_, i) => i + 2);
      client.send(CONNECT, ...ids.map((id) => ({ id, presence: { channel: 'NASDAQ' } })));
      await eventually('all replies', () => client.replies.length === ids.length + 1);
      assert.deepEqual(
        client.replies.map(({ id }) => id),
        [1, ...ids],
      );
    });

    const answers: readonly [title: string, command: object, error: number | undefined][] = [
      ['a remote call', { rpc: { method: 'any', data: {} } }, 108],
      ['a subscription with a token', { subscribe: { channel: 'NASDAQ', token: 'forged' } }, 103],
      ['a subscription to no exchange', { subscribe: { channel: 'LSE' } }, 107],
      ['a subscription to a name that is too long', { subscribe: { channel: 'N'.repeat(300) } }, 107],
      ['a subscription in a namespace', { subscribe: { channel: 'foreign:NYSE' } }, 102],
      ['the end of a subscription that never was', { unsubscribe: { channel: 'LSE' } }, undefined],
      ['history', { history: { channel: 'NASDAQ', limit: 1 } }, 103],
      ['history of no exchange', { history: { channel: 'LSE' } }, 107],
      ['history in a namespace', { history: { channel: 'foreign:NYSE' } }, 102],
      ['presence', { presence: { channel: 'NASDAQ' } }, 108],
      ['presence at no exchange', { presence: { channel: 'LSE' } }, 107],
      ['counts of presence in a namespace', { presence_stats: { channel: 'foreign:NYSE' } }, 102],
      ['a publication', { publish: { channel: 'NASDAQ', data: {} } }, 103],
      ['a publication to no exchange', { publish: { channel: 'LSE', data: {} } }, 107],
      ['a publication in a namespace', { publish: { channel: 'foreign:NYSE', data: {} } }, 102],
      ['a new token for no subscription', { sub_refresh: { channel: 'NASDAQ', token: 'forged' } }, 103],
      ['members that nobody knows', { unsubscribe: { channel: 'NASDAQ', why: 1 }, note: 'x' }, undefined],
    ];
    for (const [title, command, error] of answers) {
      test(`${title}: ${error === undefined ? 'is taken' : `is refused with ${error}`}, and the connection stays`, async () => {
        using client = await open();
        client.send(CONNECT, { id: 2, ...command }, { id: 3, subscribe: { channel: 'NYSE' } });
        await eventually('the reply after it', () => client.reply(3) !== undefined);
        assert.equal(client.reply(2)?.error?.code, error);
        assert.equal(client.reply(3)?.error, undefined);
      });
    }

    const BAD: readonly [title: string, code: number, command: object | string][] = [
      ['what is not JSON', 3501, 'hello'],
      ['an empty line', 3501, ''],
      ['an array', 3501, '[]'],
      ['a member of a wrong type', 3501, { id: 9, subscribe: { channel: 7 } }],
      ['a second connect', 3501, CONNECT],
      ['a method that does not exist', 3501, { id: 9, fly: {} }],
      ['a command without a number', 3501, { subscribe: { channel: 'NASDAQ' } }],
      ['a number that is too large', 3501, { id: 5_000_000_000, rpc: {} }],
      ['a negative position', 3501, { id: 9, subscribe: { channel: 'NASDAQ', recover: true, offset: -1 } }],
      ['an unknown form of differences', 3501, { id: 9, subscribe: { channel: 'NASDAQ', delta: 'any' } }],
      ['a pong that nobody asked for', 3501, '{}'],
      ['a subscription without a channel', 3501, { id: 9, subscribe: {} }],
      ['a new token that is none', 3501, { id: 9, refresh: {} }],
      ['a new token', 3500, { id: 9, refresh: { token: 'forged' } }],
      ['a new token for a subscription', 3500, { id: 9, sub_refresh: { channel: 'NYSE', token: 'forged' } }],
      ['a message to the server', 3508, { send: { data: {} } }],
    ];
    for (const [title, code, bad] of BAD) {
      test(`${title} ends the connection with ${code}, after what came before it was answered`, async () => {
        using client = await open();
        client.send(CONNECT, { id: 2, subscribe: { channel: 'NYSE' } }, bad, {
          id: 4,
          unsubscribe: { channel: 'NYSE' },
        });
        assert.equal((await client.closed).code, code);
        const answered = client.replies.map(({ id, error }) => `${id} ${error === undefined}`);
        assert.deepEqual(answered.slice(0, 2), ['1 true', '2 true']);
        // A token is looked at beside the rest: Centrifugo may have read on until it knows.
        if (code === 3501) assert.equal(answered.length, 2);
      });
    }

    const FIRST: readonly [title: string, code: number, command: object | string][] = [
      ['a command before connect', 3501, { id: 1, subscribe: { channel: 'NASDAQ' } }],
      ['a connect of a wrong type', 3501, { id: 1, connect: { name: 5 } }],
      ['nothing at all', 3501, ''],
      ['a token, which nobody here issues', 3500, { id: 1, connect: { token: 'forged' } }],
      ['a wish for a channel in a namespace', 3501, { id: 1, connect: { subs: { NASDAQ: {}, 'foreign:X': {} } } }],
      ['wishes of a wrong type', 3501, { id: 1, connect: { subs: ['NASDAQ'] } }],
    ];
    for (const [title, code, command] of FIRST) {
      test(`${title} ends the connection with ${code}, without an answer`, async () => {
        using client = await open();
        client.send(command);
        assert.equal((await client.closed).code, code);
        assert.deepEqual(client.replies, []);
      });
    }

    test('a message over 64 KiB ends the connection with 1009', async () => {
      using client = await open();
      client.send('x'.repeat(70_000));
      assert.equal((await client.closed).code, 1009);
    });

    test('a page of an allowed origin and a program without one may connect, another page may not', async () => {
      using page = new RawClient(fixture().websocketUrl, { Origin: ALLOWED_ORIGIN });
      await page.open();
      const stranger = new WebSocket(fixture().websocketUrl, { headers: { Origin: 'https://stranger.example' } });
      const [, response] = await once(stranger, 'unexpected-response');
      assert.equal(response.statusCode, 403);
      stranger.on('error', () => {});
      stranger.terminate();
    });
  });
}
