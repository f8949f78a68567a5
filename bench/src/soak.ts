/**
 * Is memory flat? A load for an hour (or `node --import tsx bench/src/soak.ts MINUTES TICKS_PER_SECOND`), with the
 * subscriber's resident memory, CPU and ledger every minute.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from './pipeline/child.ts';
import { startServers } from './pipeline/servers.ts';
import { startSubscriberProcess } from './pipeline/subscriber-process.ts';
import type { Published } from './pipeline/tickwatch-run.ts';

const [minutes = 60, rate = 5000] = process.argv.slice(2).map(Number);

await using servers = await startServers();
await using subscriber = await startSubscriberProcess(servers);
const load = runProgram<Published>('bench/src/pipeline/load-publisher.ts', [
  servers.redis.port,
  rate,
  minutes * 60,
  300,
]);
console.log('minute  resident MB  CPU s  received  waiting  refused');
for (let minute = 0; minute <= minutes; minute++) {
  const { memoryMegabytes, cpuSeconds } = await subscriber.usage();
  const { received, waiting, refused } = await subscriber.totals();
  console.log(
    `${minute}  ${memoryMegabytes.toFixed(0)}  ${cpuSeconds.toFixed(0)}  ${received}  ${waiting}  ${refused}`,
  );
  if (minute < minutes) await wait(60_000);
}
const { published, unheard } = await load;
await wait(6000);
const { stored } = await subscriber.totals();
console.log(`published ${published}, unheard ${unheard}, stored ${stored}, lost ${published - unheard - stored}`);
