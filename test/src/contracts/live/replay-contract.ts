/**
 * The same replay on the embedded hub and on Centrifugo, seen by the real `centrifuge` client: whoever has the name hears
 * every message once, in order, also after a cut, and nothing else is disturbed by it.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { newReplayId } from '@tickwatch/live';
import { eventually } from './eventually.ts';
import { makeTicks } from './live-fixture.ts';
import { RawClient, type Reply } from './raw-client.ts';
import { messages, publishAll, type ReplayContract, type ReplayFixture, upTo } from './replay-fixture.ts';
import { Viewer } from './viewer.ts';

export function testReplayContract(name: string, { start, unknownCode }: ReplayContract): void {
  describe(`replay contract: ${name}`, () => {
    let fixture: ReplayFixture;
    before(async () => {
      fixture = await start();
    });
    after(() => fixture[Symbol.asyncDispose]());

    const view = (channel: string) => new Viewer(fixture.websocketUrl, channel).ready();

    test('whoever knows the name hears what is published, in order, and is counted', async () => {
      await using replay = fixture.replays.open(newReplayId());
      const counts: number[] = [];
      replay.onListeners((listeners) => counts.push(listeners));
      assert.equal(replay.listeners, 0);
      using one = await view(replay.name);
      await eventually('one listener', () => replay.listeners === 1);
      using two = await view(replay.name);
      await eventually('two listeners', () => replay.listeners === 2);
      await publishAll(replay, messages(1, 60));
      await eventually('all messages', () => one.ticks.length === 60 && two.ticks.length === 60);
      for (const viewer of [one, two]) assert.deepEqual(viewer.seqs, upTo(60));
      two.client.disconnect();
      await eventually('one listener again', () => replay.listeners === 1);
      one.subscription.unsubscribe();
      await eventually('no listener', () => replay.listeners === 0);
      assert.deepEqual(counts, [1, 2, 1, 0]);
    });

    test('what is published before the first listener is not heard: it comes from now on', async () => {
      await using replay = fixture.replays.open(newReplayId());
      await publishAll(replay, messages(1, 3));
      using viewer = await view(replay.name);
      await publishAll(replay, messages(4, 1));
      await eventually('the fourth', () => viewer.ticks.length > 0);
      assert.deepEqual(viewer.seqs, [4]);
    });

    test('a listener that was cut off hears what it missed, more than an exchange would keep, nothing twice', async () => {
      await using replay = fixture.replays.open(newReplayId());
      using viewer = await view(replay.name);
      await publishAll(replay, messages(1, 20));
      await eventually('the first', () => viewer.ticks.length === 20);
      viewer.client.disconnect();
      await publishAll(replay, messages(21, 300, 1000));
      viewer.client.connect();
      await viewer.ready();
      await publishAll(replay, messages(321, 20));
      await eventually('all', () => viewer.ticks.length >= 340);
      assert.equal(viewer.subscribed[1]?.recovered, true);
      assert.deepEqual(viewer.seqs, upTo(340));
    });

    test('nobody else publishes, and nobody is told who listens or what was said', async () => {
      await using replay = fixture.replays.open(newReplayId());
      using viewer = await view(replay.name);
      await assert.rejects(viewer.client.publish(replay.name, { ticks: [] }), { code: 103 });
      await assert.rejects(viewer.client.presence(replay.name), { code: 103 });
      await assert.rejects(viewer.client.presenceStats(replay.name), { code: 103 });
      await assert.rejects(viewer.subscription.history({ limit: 1 }), { code: 103 });
      assert.equal(viewer.publications.length, 0);
    });

    test('the end of a replay ends its subscriptions for good, and the connection stays', async () => {
      const replay = fixture.replays.open(newReplayId());
      using viewer = await view(replay.name);
      const live = viewer.client.newSubscription('NASDAQ');
      const heard: unknown[] = [];
      live.on('publication', ({ data }) => heard.push(data));
      live.subscribe();
      await live.ready(20_000);
      await publishAll(replay, messages(1, 1));
      await replay[Symbol.asyncDispose]();
      await eventually('the end', () => viewer.subscription.state === 'unsubscribed');
      assert.deepEqual(viewer.seqs, [1]);
      assert.equal(viewer.errors[0]?.code, 2000);
      fixture.publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 1));
      await eventually('a live tick', () => heard.length === 1);
      assert.equal(viewer.client.state, 'connected');
      await assert.rejects(replay.publish('{"ticks":[]}'), /closed/);
      await replay[Symbol.asyncDispose]();
    });

    test('a name that no replay has is silent or refused as any unknown one', async () => {
      const channel = `replay:${newReplayId()}`;
      using viewer = new Viewer(fixture.websocketUrl, channel);
      if (unknownCode === undefined) await viewer.ready();
      else await eventually('the refusal', () => viewer.errors.length > 0);
      assert.equal(viewer.errors[0]?.code, unknownCode);
    });

    for (const channel of ['replay:1', 'replay:', `replay:${'A'.repeat(32)}`, `replay:${'a'.repeat(33)}`]) {
      test(`a name that is easily guessed or misspelt (${channel}) is refused for good`, async () => {
        using viewer = new Viewer(fixture.websocketUrl, channel);
        await eventually('the refusal', () => viewer.errors.length > 0);
        assert.equal(viewer.errors[0]?.code, 107);
        assert.equal(viewer.subscription.state, 'unsubscribed');
      });
    }

    test('a replay that comes with connect is heard; one that is gone does not cut the connection', async () => {
      await using replay = fixture.replays.open(newReplayId());
      using client = await new RawClient(fixture.websocketUrl).open();
      client.send({ id: 1, connect: { subs: { [replay.name]: {}, 'replay:1': {}, NASDAQ: {} } } });
      await eventually('the reply', () => client.reply(1) !== undefined);
      const { subs } = client.result(1, 'connect') as { subs: object };
      assert.deepEqual(Object.keys(subs).sort(), ['NASDAQ', replay.name]);
      await publishAll(replay, messages(1, 1));
      const isPush = ({ push }: Reply) => (push as { channel?: string } | undefined)?.channel === replay.name;
      await eventually('the push', () => client.replies.some(isPush));
    });

    test('two replays at once, on one connection, are kept apart; live goes on beside them', async () => {
      await using first = fixture.replays.open(newReplayId());
      await using second = fixture.replays.open(newReplayId());
      using viewer = await view(first.name);
      using live = await view('NASDAQ');
      const other = viewer.client.newSubscription(second.name);
      const seqs: number[] = [];
      other.on('publication', ({ data }) => seqs.push((data as { ticks: { seq: number }[] }).ticks[0]?.seq ?? 0));
      other.subscribe();
      await other.ready(20_000);
      const ticks = makeTicks('NASDAQ', 20);
      for (const [i, tick] of ticks.entries()) {
        await Promise.all([first.publish(messages(1 + i, 1)[0] ?? ''), second.publish(messages(101 + i, 1)[0] ?? '')]);
        fixture.publisher.publish('NASDAQ/0', [tick]);
      }
      await eventually('everything', () => viewer.ticks.length + seqs.length + live.ticks.length === 60);
      assert.deepEqual(viewer.seqs, upTo(20));
      assert.deepEqual(
        seqs,
        upTo(20).map((n) => n + 100),
      );
      assert.deepEqual(
        live.seqs,
        ticks.map(({ seq }) => seq),
      );
    });

    test('a name is made once, of 128 bits', async () => {
      const id = newReplayId();
      await using _ = fixture.replays.open(id);
      assert.throws(() => fixture.replays.open(id), /is open already/);
      assert.throws(() => fixture.replays.open('today'), /32 hexadecimal digits; "today" is not/);
    });

    test('a message that is too large for what is kept for cut listeners is refused', async () => {
      await using replay = fixture.replays.open(newReplayId());
      const [huge = ''] = messages(1, 1, 20_000);
      await assert.rejects(replay.publish(huge), /at most 16384 are sent at once/);
    });
  });
}
