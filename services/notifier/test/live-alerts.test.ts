import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeOutbox } from './fake-outbox.ts';
import { firing, testNotifier, until } from './notifier-kit.ts';

test('what fires while the live server or the database is away is told live when they are back, in order', async () => {
  const outbox = new FakeOutbox();
  const told: string[] = [];
  let isAway = false;
  const live = {
    async publish(firings: readonly { readonly text: string }[]) {
      if (isAway) throw new Error('Centrifugo cannot be reached');
      told.push(...firings.map(({ text }) => text));
    },
    async [Symbol.asyncDispose]() {},
  };
  outbox.fire(firing('before the start'), []);
  await using running = await testNotifier({ outbox, live });
  const isLiveWell = () => running.notifier.readiness().live?.ok;
  await until('it is ready', () => running.notifier.readiness().outbox?.ok === true);
  let fired = 0;
  const fire = (count: number) => {
    for (let at = 0; at < count; at++) outbox.fire(firing(`firing ${fired++}`), []);
  };
  fire(3);
  await until('they are told', () => told.length === 3);
  isAway = true;
  fire(700);
  await until('it is noticed', () => isLiveWell() === false);
  assert.match(running.log(), /"alerts_live_failure","error":"Centrifugo cannot be reached"/);
  isAway = false;
  await until('they are told', () => told.length === 703);
  await until('all is well', () => isLiveWell() === true);
  isAway = true;
  fire(1);
  await until('it is noticed', () => isLiveWell() === false);
  outbox.forgetLive();
  fired--;
  await until('it is too late to tell', () => isLiveWell() === true);
  assert.match(running.log(), /"alerts_live_too_late"/);
  isAway = false;
  outbox.isAway = true;
  fire(1);
  await until('the database is missed', () => running.notifier.readiness().outbox?.ok === false);
  assert.equal(isLiveWell(), true);
  outbox.isAway = false;
  await until('it is told', () => told.length === 704);
  assert.deepEqual(
    told,
    Array.from({ length: fired }, (_, at) => `firing ${at}`),
  );
});
