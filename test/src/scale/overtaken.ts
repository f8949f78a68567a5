import { laneIndex, laneOfStock } from '@tickwatch/core';
import { fairSpread } from '../faults/lane-spread.ts';
import { EXCHANGES } from '../faults/numbered-ticks.ts';
import { type EngineFault, PER_SECOND, type Played } from './engine-fault.ts';
import type { EngineStack } from './engine-stack.ts';
import type { EngineFaults } from './log-engine.ts';

const [EXCHANGE] = EXCHANGES;
/** Of what is published while nobody reads, more is forgotten than was read before. */
const TIMES_AS_MUCH = 3;
const BURST = 1000;

interface Hole {
  readonly lane: string;
  readonly lanes: number;
  readonly reason: string;
  readonly messages: number | null;
  /** µs. */
  readonly from: number;
  readonly to: number;
}

/** Nobody reads for long, and the engine's retention forgets the older half of one exchange. */
export function overtaken(forget: NonNullable<EngineFaults['overtaken']>): EngineFault {
  return {
    fault: `overtaken: the older half of ${EXCHANGE} forgotten`,
    isWhole: false,
    async play(stack): Promise<Played> {
      const { publisher } = stack;
      await publisher.stop();
      await stack.caughtUp();
      const readers = stack.subscribers.filter(({ isAlive }) => isAlive);
      await Promise.all(readers.map((reader) => reader.terminate()));
      const before = takenOf(stack, 1);
      for (let left = TIMES_AS_MUCH * publisher.last; left > 0; left -= BURST) await publisher.burst(BURST);
      const after = publisher.last;
      const forgotten = await forget(EXCHANGE);
      await Promise.all(readers.map(({ name }) => stack.launch(name).listens()));
      const startedAt = Date.now();
      publisher.start(PER_SECOND);
      const recoverySeconds = await stack.recovery(startedAt);
      await fairSpread(stack, stack.lanes);
      const expected = forgotten - before;
      return {
        recoverySeconds,
        notes: [`${forgotten} messages were forgotten, ${expected} of them unread`],
        check: () => checkHoles(stack, after, expected),
      };
    },
  };
}

/** Ticks of the exchange that the engine has taken, from one number on. */
function takenOf({ publisher }: EngineStack, from: number): number {
  let count = 0;
  for (let n = from; n <= publisher.last; n++) {
    if (publisher.ticks.exchange(n) === EXCHANGE && publisher.fates[n - 1]?.fate === 'taken') count++;
  }
  return count;
}

/** Just the forgotten ticks are missing, and just they lie in holes, which count them where their engine lets them. */
async function checkHoles(stack: EngineStack, last: number, expected: number): Promise<readonly string[]> {
  const { publisher, database } = stack;
  const { ticks, fates } = publisher;
  const copies = await database.copies();
  const holes = await database.query<Hole & Record<string, unknown>>(
    `SELECT lane, lanes, reason, messages::int, (extract(epoch FROM from_time) * 1000000)::float8 AS from,
       (extract(epoch FROM to_time) * 1000000)::float8 AS to FROM gaps
     WHERE exchange_name = $1 AND reason = 'overtaken'`,
    [EXCHANGE],
  );
  let missing = 0;
  let within = 0;
  for (let n = 1; n <= last; n++) {
    if (ticks.exchange(n) !== EXCHANGE) continue;
    if (!copies.has(n) && fates[n - 1]?.fate === 'taken') missing++;
    if (copies.has(n) && holes.some((hole) => isInside(hole, ticks.time(n), ticks.stock(n)))) within++;
  }
  const counted = holes.reduce((sum, { messages }) => sum + (messages ?? Number.NaN), 0);
  return [
    ...(missing === expected ? [] : [`${expected} unread messages were forgotten, and ${missing} ticks are missing`]),
    // Where the server says the lane, nothing in a row says which lane it came by.
    ...(within > 0 && stack.lanesBy === 'stock'
      ? [`${within} ticks are stored, and inside of holes of their lane`]
      : []),
    ...(Number.isNaN(counted) || counted === missing
      ? []
      : [`holes count ${counted} messages, ${missing} are missing`]),
  ];
}

function isInside({ lane, lanes, from, to }: Hole, time: number, stock: string): boolean {
  return time > from && time < to && laneOfStock(stock, lanes) === laneIndex(lane);
}
