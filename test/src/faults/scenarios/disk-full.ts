import { setTimeout } from 'node:timers/promises';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { ScriptedCentrifugo } from '../scripted-centrifugo.ts';
import { mountSmallDisk } from '../small-disk.ts';
import type { SubscriberProcess } from '../subscriber-process.ts';

const PER_SECOND = 4000;
const MEGABYTES = 8;
/** Messages are this long, so that disk and memory are full within seconds. */
const MESSAGE_BYTES = 900;
/** Small, so that memory is full too within seconds. */
const FLUSH_MAX_ROWS = '500';

/** The spool's disk is full while PostgreSQL is away: beyond memory's bound the newest messages are refused. */
export const diskFull: readonly Scenario[] = [{ name: 'disk-full', run }];

async function run({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  await using centrifugo = await new ScriptedCentrifugo().listen();
  await using stack = await FaultStack.open({ feed: 'pubsub', env: centrifugo.env, paddedTo: MESSAGE_BYTES });
  await using disk = await mountSmallDisk(`${stack.dataFolder()}/spool`, MEGABYTES);
  const limit = disk.isMounted ? {} : { SPOOL_MAX_BYTES: String(MEGABYTES * 1024 * 1024) };
  const subscriber = await stack.work(PER_SECOND, stack.launch('a', { FLUSH_MAX_ROWS, ...limit }));

  await stack.postgres.stop();
  await subscriber.saysOf('log', false);
  await subscriber.ledgerReads('some refused', ({ refused }) => refused > 0);
  const liveBefore = centrifugo.ticks;
  const publishedBefore = stack.publisher.last;
  await setTimeout(quick ? 1000 : 5000);
  const problems: string[] = [];
  let [live, published] = [0, 0];
  // Some are always on their way; on a busy machine they are many of the first second's.
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await setTimeout(100)) {
    [live, published] = [centrifugo.ticks - liveBefore, stack.publisher.last - publishedBefore];
    if (live >= published * 0.8) break;
  }
  if (live < published * 0.8) problems.push(`only ${live} of ${published} ticks went live while the disk was full`);

  await stack.postgres.restart();
  const restartedAt = Date.now();
  await subscriber.saysOf('store', true);
  const recoverySeconds = await keptAgain(stack, subscriber, restartedAt);
  await stack.publisher.stop();
  problems.push(...(await centrifugo.otherNumbers(stack.database)));
  const place = disk.isMounted
    ? `a real file system of ${MEGABYTES} MB was full`
    : `mounting is forbidden here: SPOOL_MAX_BYTES=${MEGABYTES} MB instead of a full file system`;
  return [
    await stack.finish({
      fault: 'spool disk full while PostgreSQL is stopped',
      times: 1,
      recoverySeconds,
      notes: [place, `${live} of ${published} ticks went live meanwhile`],
      problems,
    }),
  ];
}

/**
 * What comes once there is room must be kept again. While more comes than is stored, the disk may be full once more
 * before all that waits is stored: then what comes after that must be.
 */
async function keptAgain(stack: FaultStack, subscriber: SubscriberProcess, since: number): Promise<number> {
  for (let triesLeft = 4; ; triesLeft--) {
    await subscriber.saysOf('log', true, 60_000);
    try {
      return await stack.recovery(since, 15_000);
    } catch (error) {
      if (triesLeft === 0) throw error;
    }
  }
}
