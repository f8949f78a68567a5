import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playWalk } from './walk.ts';

/** A different set of walks each day finds more than the same one for ever; a failure names its seed. */
const FIRST_SEED = Number(process.env.MODEL_SEED ?? Math.floor(Date.now() / 86_400_000) * 1_000_000);
const WALKS = Number(process.env.MODEL_WALKS ?? 12_000);

for (const processes of [1, 2] as const) {
  test(`no walk of events loses, doubles or renumbers a tick of ${processes} subscribers`, async () => {
    for (let i = 0; i < WALKS / 2; i++) {
      const seed = FIRST_SEED + i;
      await playWalk(seed, processes).catch((error: unknown) => {
        assert.fail(`MODEL_SEED=${seed} MODEL_WALKS=2: ${error instanceof Error ? error.message : error}`);
      });
    }
  });
}
