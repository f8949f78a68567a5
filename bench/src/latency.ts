/** How long from publish to the browser's client, beside a bare chain through the same Centrifugo? */
import type { BenchRow, BenchTable } from './bench-table.ts';
import { openBareChain, openTickwatchChain, type Percentiles, type TickChain } from './latency/tick-chain.ts';

export interface LatencyOptions {
  readonly rates: readonly number[];
  readonly seconds: number;
}

/**
 * Each chain carries the same load for so long before it is measured: V8 compiles what runs often, which takes a process
 * that will run for days its first half minute and would be most of what a short run sees at its slow end.
 */
const WARM_UP_SECONDS = 30;

/** The rate at which the bare chain is measured beside: it does one request a tick and can't do many. */
const CHAIN_RATE = 48;
/** How often the two are measured in turn, and how long, so that what the machine does meanwhile hits both. */
const TURNS = 6;
const TURN_SECONDS = 30;

export async function latencyBench({ rates, seconds }: LatencyOptions): Promise<BenchTable> {
  const rows: BenchRow[] = [];
  for (const rate of rates) {
    rows.push(...(rate === CHAIN_RATE ? await besideBareChain() : await alone(rate, seconds)));
  }
  return {
    title: 'Latency, publish to client',
    rows,
    notes: [
      `The bare chain is a Redis subscription and one HTTP publish a tick. Both chains, each with a Redis and a Centrifugo ` +
        `of its own, carried the load for ${WARM_UP_SECONDS} s and were then measured in turn, ${TURNS} times ${TURN_SECONDS} s each.`,
    ],
  };
}

async function besideBareChain(): Promise<readonly BenchRow[]> {
  const leaveOut = CHAIN_RATE * WARM_UP_SECONDS;
  await using bare = await openBareChain(leaveOut);
  await using tickwatch = await openTickwatchChain(leaveOut);
  const inTurn = async (forSeconds: number): Promise<void> => {
    for (const chain of [bare, tickwatch]) await chain.carry(CHAIN_RATE, forSeconds);
  };
  await inTurn(WARM_UP_SECONDS);
  for (let turn = 0; turn < TURNS; turn++) await inTurn(TURN_SECONDS);
  const beside = await bare.percentiles();
  return rowsOf(CHAIN_RATE, await tickwatch.percentiles()).map((row) => ({
    ...row,
    beside: { name: 'bare chain', value: beside[row.name] },
    ...(row.name === 'p99' ? { goal: { atMost: 1.2 } } : {}),
  }));
}

async function alone(rate: number, seconds: number): Promise<readonly BenchRow[]> {
  await using chain: TickChain = await openTickwatchChain(rate * WARM_UP_SECONDS);
  await chain.carry(rate, WARM_UP_SECONDS + seconds);
  return rowsOf(rate, await chain.percentiles()).map((row) => ({
    ...row,
    ...(row.name === 'p99' && rate === 10_000 ? { goal: { atMost: 25 } } : {}),
  }));
}

interface PercentileRow extends BenchRow {
  readonly name: 'p50' | 'p99' | 'p999';
}

function rowsOf(rate: number, percentiles: Percentiles): readonly PercentileRow[] {
  return (['p50', 'p99', 'p999'] as const).map((name) => ({
    name,
    question: `${rate} ticks/s, ${name === 'p999' ? 'p99.9' : name}`,
    value: percentiles[name],
    unit: 'ms',
  }));
}
