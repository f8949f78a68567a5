import { setTimeout } from 'node:timers/promises';
import { DoublePlay } from '../double-play.ts';
import { FAULT_PARTS, type FaultPart } from '../fault-parts.ts';
import type { FaultRow, Scenario } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { slowRows } from '../mid-copy.ts';
import { mountSmallDisk } from '../small-disk.ts';

const PER_SECOND = 2000;
const MEGABYTES = 8;
/** How long one fault lasts alone, and both together. */
const ALONE_MS = 1000;
const TOGETHER_MS = 1500;

type Pair = readonly [FaultPart, FaultPart];

const pairs: readonly Pair[] = FAULT_PARTS.flatMap((first, i) =>
  FAULT_PARTS.slice(i + 1).map((second): Pair => [first, second]),
);

/** Every two faults at once: one begins, the other begins, the one ends, the other ends. */
export const doubleFaults: readonly Scenario[] = (['streams', 'pubsub'] as const).flatMap((feed) =>
  pairs
    .filter((pair) => feed === 'pubsub' || !pair.some(({ needsSpool }) => needsSpool))
    .map((pair) => ({
      name: `double-${pair[0].name}-and-${pair[1].name}-${feed}`,
      run: () => run(feed, pair),
    })),
);

async function run(feed: 'streams' | 'pubsub', [first, second]: Pair): Promise<readonly FaultRow[]> {
  const has = (name: string): boolean => first.name === name || second.name === name;
  // Memory is small, too, so that it is full within seconds.
  const small = { SPOOL_MAX_BYTES: '65536', FLUSH_MAX_ROWS: '500' };
  await using stack = await FaultStack.open({ feed, env: has('spool-full') ? small : {} });
  const needsDisk = has('disk-full');
  await using disk = needsDisk ? await mountSmallDisk(`${stack.dataFolder()}/spool`, MEGABYTES) : undefined;
  if (needsDisk && disk?.isMounted !== true) throw new Error('this machine does not let us mount a small disk');
  await stack.work(PER_SECOND);
  if (has('postgres-dies-mid-catch-up')) await slowRows(stack.database);
  const play = new DoublePlay(stack);

  await first.begin(play);
  await setTimeout(ALONE_MS);
  await second.begin(play);
  await setTimeout(TOGETHER_MS);
  await first.end(play);
  await setTimeout(ALONE_MS);
  await second.end(play);

  const endedAt = Date.now();
  await play.untilAllIsWell();
  // What comes from here on must be kept again.
  await setTimeout(ALONE_MS);
  const recoverySeconds = await stack.recovery(endedAt);
  return [
    await stack.finish({
      fault: `${first.name} and ${second.name}`,
      times: 1,
      recoverySeconds,
      covers: feed === 'pubsub' ? play.covers : undefined,
    }),
  ];
}
