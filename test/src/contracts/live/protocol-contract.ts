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

    const endings: readonly [title: string, code: number, commands: readonly (object | string)[]][] = [
      ['a command before connect', 3501, [{ id: 1, subscribe: { channel: 'NASDAQ' } }]],
      ['what is not JSON', 3501, ['hello']],
      ['an empty frame', 3501, ['']],
      ['a member of a wrong type', 3501, [CONNECT, { id: 2, subscribe: { channel: 7 } }]],
      ['a second connect', 3501, [CONNECT, CONNECT]],
      ['a method that does not exist', 3501, [CONNECT, { id: 2, fly: {} }]],
      ['a pong that nobody asked for', 3501, [CONNECT, '{}']],
      ['a subscription without a channel', 3501, [CONNECT, { id: 2, subscribe: {} }]],
      ['a token, which nobody here issues', 3500, [{ id: 1, connect: { token: 'forged' } }]],
      ['a message to the server', 3508, [CONNECT, { send: { data: {} } }]],
    ];
    for (const [title, code, commands] of endings) {
      test(`${title} ends the connection with ${code}`, async () => {
        using client = await open();
        client.send(...commands);
        assert.equal((await client.closed).code, code);
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
