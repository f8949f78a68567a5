import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ALERTS_CHANNEL, type AlertFiring, type AlertMessage } from '@tickwatch/core';
import { eventually } from './eventually.ts';
import { type LiveFixture, makeTicks } from './live-fixture.ts';
import { Viewer } from './viewer.ts';

let made = 0;

/** Firings with ids of their own. @param bytes of the sentence of each */
function firings(count: number, bytes = 20): readonly AlertFiring[] {
  return Array.from({ length: count }, () => ({
    ...{ id: `firing-${++made}`, rule_id: 'rule', rule_name: 'AAPL over 230', text: 'é'.repeat(bytes / 2) },
    ...{ exchange_name: 'NASDAQ', stock_name: 'AAPL', seq: 7, price: '230.05' },
    ...{ timestamp: '2026-11-22T10:00:00.123456Z', recorded: '2026-11-22T10:00:00.2Z' },
  }));
}

const heard = ({ publications }: Viewer): readonly AlertFiring[] =>
  publications.flatMap(({ data }) => (data as AlertMessage).firings);

/** The channel on which pages hear of firings: of each one, once, also after they were cut off. */
export function testAlerts(fixture: () => LiveFixture): void {
  const view = () => new Viewer(fixture().websocketUrl, ALERTS_CHANNEL).ready();

  describe('the channel of what rules fire', () => {
    test('firings reach whoever listens, with every member, and nobody else', async () => {
      using viewer = await view();
      using nasdaq = await new Viewer(fixture().websocketUrl, 'NASDAQ').ready();
      const [first, ...others] = firings(3);
      assert.ok(first !== undefined);
      await fixture().alerts.publish([first]);
      await fixture().alerts.publish(others);
      fixture().publisher.publish('NASDAQ/0', makeTicks('NASDAQ', 1));
      await eventually('all of it', () => heard(viewer).length >= 3 && nasdaq.ticks.length > 0);
      assert.deepEqual(heard(viewer), [first, ...others]);
      assert.equal(viewer.publications.length, 2);
      assert.equal(nasdaq.publications.length, 1);
    });

    test('who was cut off hears what fired meanwhile, in order, nothing twice', async () => {
      using viewer = await view();
      const [before, ...missed] = firings(90);
      const after = firings(1);
      assert.ok(before !== undefined);
      await fixture().alerts.publish([before]);
      await eventually('the first', () => heard(viewer).length === 1);
      viewer.client.disconnect();
      for (const firing of missed) await fixture().alerts.publish([firing]);
      viewer.client.connect();
      await viewer.ready();
      await fixture().alerts.publish(after);
      await eventually('all of it', () => heard(viewer).length >= 91);
      assert.equal(viewer.subscribed[1]?.recovered, true);
      assert.deepEqual(heard(viewer), [before, ...missed, ...after]);
    });

    test('many at once come whole, in messages of at most 16 KiB', async () => {
      using viewer = await view();
      const many = firings(500, 400);
      await fixture().alerts.publish(many);
      await eventually('all of it', () => heard(viewer).length >= 500);
      assert.deepEqual(heard(viewer), many);
      for (const { data } of viewer.publications) assert.ok(Buffer.byteLength(JSON.stringify(data)) <= 16_384);
    });

    test('nobody who listens can publish there, or read what was said before', async () => {
      using viewer = await view();
      await assert.rejects(viewer.client.publish(ALERTS_CHANNEL, { firings: [] }), { code: 103 });
      await assert.rejects(viewer.subscription.history({ limit: 1 }), { code: 103 });
      assert.equal(viewer.publications.length, 0);
    });
  });
}
