import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from './eventually.ts';
import { type LiveFixture, makeTicks } from './live-fixture.ts';
import { RawClient, type Reply } from './raw-client.ts';

interface Joined {
  readonly recoverable: boolean;
  readonly positioned: boolean;
  readonly epoch: string;
  /** Left out: 0. */
  readonly offset?: number;
  readonly was_recovering?: boolean;
  readonly recovered?: boolean;
  readonly publications?: readonly { readonly offset: number }[];
}

type Wishes = Readonly<Record<string, object>>;

/** Subscriptions that come with `connect` itself. */
export function testConnectSubs(fixture: () => LiveFixture): void {
  async function connect(subs: Wishes): Promise<{ client: RawClient; joined: Readonly<Record<string, Joined>> }> {
    const client = await new RawClient(fixture().websocketUrl).open();
    client.send({ id: 1, connect: { subs } });
    await eventually('the reply', () => client.reply(1) !== undefined);
    const { subs: joined = {} } = client.result(1, 'connect');
    return { client, joined: joined as Readonly<Record<string, Joined>> };
  }
  const publish = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      fixture().publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 1));
      await fixture().publisher.drain(20_000);
    }
  };
  /** Where NASDAQ is now. */
  const position = async (): Promise<{ readonly epoch: string; readonly offset: number }> => {
    const { client, joined } = await connect({ NASDAQ: {} });
    using _ = client;
    return { epoch: joined.NASDAQ?.epoch ?? '', offset: joined.NASDAQ?.offset ?? 0 };
  };

  describe('subscriptions with connect', () => {
    test('the exchanges among them are subscribed to, other names are passed over', async () => {
      const others = { LSE: {}, $NYSE: {}, 'board:LSE': {}, 'lane:NASDAQ/0': {} };
      const { client, joined } = await connect({ NASDAQ: {}, 'board:NYSE': {}, 'lane:NYSE/1': {}, ...others });
      using _ = client;
      assert.deepEqual(Object.keys(joined).sort(), ['NASDAQ', 'board:NYSE', 'lane:NYSE/1']);
      assert.deepEqual([joined.NASDAQ?.recoverable, joined.NASDAQ?.positioned], [true, true]);
      await publish(1);
      const isPush = ({ push }: Reply): boolean => (push as { channel?: string } | undefined)?.channel === 'NASDAQ';
      await eventually('a push', () => client.replies.some(isPush));
    });

    test('they count: a second subscription is refused, and one that was ended can begin again', async () => {
      const { client } = await connect({ NASDAQ: {} });
      using _ = client;
      const subscribe = { channel: 'NASDAQ' };
      client.send({ id: 2, subscribe }, { id: 3, unsubscribe: { channel: 'NASDAQ' } });
      await eventually('the end', () => client.reply(3) !== undefined);
      client.send({ id: 4, subscribe });
      await eventually('the reply', () => client.reply(4) !== undefined);
      assert.equal(client.reply(2)?.error?.code, 105);
      assert.equal(client.reply(4)?.error, undefined);
    });

    test('what was missed comes with the reply', async () => {
      const { epoch, offset } = await position();
      await publish(3);
      const { client, joined } = await connect({ NASDAQ: { recover: true, epoch, offset }, NYSE: {} });
      using _ = client;
      assert.deepEqual([joined.NASDAQ?.was_recovering, joined.NASDAQ?.recovered], [true, true]);
      assert.equal(joined.NASDAQ?.offset ?? 0, offset);
      assert.deepEqual(
        joined.NASDAQ?.publications?.map((publication) => publication.offset),
        [offset + 1, offset + 2, offset + 3],
      );
      assert.deepEqual([joined.NYSE?.was_recovering, joined.NYSE?.recovered], [undefined, undefined]);
    });

    test('whoever missed too much is told so, and where the stream is now', async () => {
      const { epoch, offset } = await position();
      await publish(101);
      const { client, joined } = await connect({ NASDAQ: { recover: true, epoch, offset } });
      using _ = client;
      const { was_recovering: was, recovered = false, publications = [] } = joined.NASDAQ ?? {};
      assert.deepEqual([was, recovered, publications.length], [true, false, 0]);
      assert.equal(joined.NASDAQ?.offset, offset + 101);
    });
  });
}
