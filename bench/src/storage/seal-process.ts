/**
 * Seals all days of a database as fast as it goes; a process of its own. Argument: the database's URL. Prints one JSON line:
 * { ticks, seconds, cpuSeconds }, of this process.
 */
import { createPostgresStore } from '@tickwatch/store';
import { usedSeconds } from '../pipeline/used-seconds.ts';

const [connectionString = ''] = process.argv.slice(2);
await using store = createPostgresStore({ connectionString, applicationName: 'bench' });
const days = await store.daysToSeal({ olderThanDays: 1 });
const [started, usedBefore] = [performance.now(), usedSeconds()];
let ticks = 0;
for (const day of days) {
  const outcome = await store.sealDay(day);
  if (outcome.state !== 'sealed') throw new Error(`${day} is not sealed: ${outcome.why}`);
  ticks += outcome.packed;
}
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ ticks, seconds, cpuSeconds: usedSeconds() - usedBefore }));
