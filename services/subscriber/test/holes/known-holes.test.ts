import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPostgresStore, type PostgresStore } from '@tickwatch/store';
import { startTestDatabases, type TestDatabase, type TestDatabases } from '../ingest-kit.ts';
import { seeded } from '../model/seeded.ts';
import type { ExpectedHole } from './expected-holes.ts';
import { HoleWorld } from './hole-world.ts';

const SEED = Number(process.env.HOLES_SEED ?? Math.floor(Date.now() / 86_400_000));
const HOLES = Number(process.env.HOLES ?? 500);

describe('holes of every kind', () => {
  let postgres: TestDatabases;
  before(async () => {
    postgres = await startTestDatabases();
  });
  after(() => postgres[Symbol.asyncDispose]());

  for (const isNumbered of [false, true]) {
    it(`are each recorded, and nothing else is, where messages are ${isNumbered ? '' : 'not '}numbered`, async () => {
      const database = await postgres.newDatabase().create();
      await using store = createPostgresStore({ connectionString: database.url, applicationName: 'holes' });
      await store.migrate();
      const world = await injectAll(store, isNumbered);
      assert.ok(world.expected.length >= HOLES, `only ${world.expected.length} holes`);
      const found = await recorded(database);
      const expected = world.expected.map(written);
      const wrong = { missing: without(expected, found), tooMany: without(found, expected) };
      assert.deepEqual(wrong, { missing: [], tooMany: [] }, `HOLES_SEED=${SEED} ${JSON.stringify(wrong, null, 1)}`);
    });
  }
});

async function injectAll(store: PostgresStore, isNumbered: boolean): Promise<HoleWorld> {
  const random = seeded(SEED);
  const few = (least = 0): number => least + Math.floor(random() * 3);
  const world = new HoleWorld(store, isNumbered);
  await world.start();
  world.hear(1);
  await world.settle();
  while (world.expected.length < HOLES) {
    // Several at one place overlap.
    for (let kinds = few(1); kinds > 0; kinds--) {
      const dice = random();
      if (dice < 0.3) world.cut(few());
      else if (dice < 0.45) world.skip(few(1));
      else if (dice < 0.6) world.setClock(random() < 0.5 ? -few(1) : few(1));
      else if (dice < 0.7) await world.refuse(few(1));
      else if (dice < 0.8) await world.crash(few());
      else if (dice < 0.9) await world.damage(random);
      else await world.takeOver(few(1), few(1));
    }
    world.hear(few(1));
    if (random() < 0.5) await world.one.write();
    if (random() < 0.5) await world.settle();
  }
  world.hear(1);
  await world.settle();
  await world.one.leader.close();
  return world;
}

async function recorded(database: TestDatabase): Promise<readonly string[]> {
  const rows = await database.ask<Record<'reason' | 'from' | 'to' | 'messages', string>>(`
    SELECT reason, (extract(epoch FROM from_time) * 1000000)::bigint AS from,
      (extract(epoch FROM to_time) * 1000000)::bigint AS to, messages FROM gaps`);
  return rows.map(({ reason, from, to, messages }) => `${reason} ${from} to ${to}: ${messages ?? 'unknown'}`);
}

function written({ reason, from, to, messages }: ExpectedHole): string {
  return `${reason} ${Math.min(from, to)} to ${Math.max(from, to)}: ${messages ?? 'unknown'}`;
}

/** What of the one is not in the other. */
function without(some: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return some.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
