import type { FaultRow, Scenario } from '../faults/fault-row.ts';
import { fairSpread } from '../faults/lane-spread.ts';
import { PER_SECOND } from './engine-fault.ts';
import { faultsOf } from './engine-faults.ts';
import { type EngineOutcome, EngineStack } from './engine-stack.ts';
import type { OpenEngine } from './log-engine.ts';

const NAMES = ['a', 'b'];
const QUICK_LANES = [4];
const ALL_LANES = [2, 3, 4];

/** All that can befall an engine, one after the other in one house: each fault has its row, of the ticks published in it. */
export function engineScenario(name: string, open: OpenEngine): Scenario {
  return {
    name,
    run: async ({ quick }) => {
      const rows: FaultRow[] = [];
      for (const lanes of quick ? QUICK_LANES : ALL_LANES) rows.push(...(await play(open, lanes)));
      return rows;
    },
  };
}

async function play(open: OpenEngine, lanes: number): Promise<readonly FaultRow[]> {
  await using stack = await EngineStack.open(open, { lanes });
  const { publisher } = stack;
  for (const name of NAMES) stack.launch(name);
  await Promise.all(stack.subscribers.map((subscriber) => subscriber.listens()));
  await fairSpread(stack, stack.lanes);
  await stack.addRules();
  publisher.start(PER_SECOND);
  await stack.subscribers[0]?.sees('insert_success');
  await stack.caughtUp();
  const ranges: EngineOutcome[] = [];
  for (const { fault, isWhole, play } of faultsOf(stack)) {
    const from = publisher.last + 1;
    const {
      recoverySeconds,
      notes = [],
      check,
    } = await play(stack).catch((error: unknown) => {
      throw new Error(`${fault}: ${error instanceof Error ? error.message : error}`, { cause: error });
    });
    const numbers = { from, to: publisher.last };
    ranges.push({ fault, times: 1, isWhole, recoverySeconds, notes, numbers, check });
  }
  return await stack.finishAll(ranges, { fault: `all of these, ${lanes} lanes an exchange`, times: ranges.length });
}
