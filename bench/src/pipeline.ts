/** How many ticks a second, everything on, beside what COPY alone, Redis alone and the usual Python solution do? */
import type { BenchRow, BenchTable } from './bench-table.ts';
import { runProgram, startProgram } from './pipeline/child.ts';
import { measureCopy } from './pipeline/copy-floor.ts';
import { runPeer } from './pipeline/peer-run.ts';
import { type Servers, startServers } from './pipeline/servers.ts';
import { type PipelineResult, type Published, runTickwatch } from './pipeline/tickwatch-run.ts';

export interface PipelineOptions {
  /** Ticks a second to try, ascending; the last that holds is measured for `seconds`. */
  readonly rates: readonly number[];
  readonly trySeconds: number;
  readonly seconds: number;
  readonly peerSeconds: number;
}

/** All that waited is stored within one flush interval and this long. */
const DRAIN_SECONDS = 5 + 3;

export async function pipelineBench(options: PipelineOptions, say: (text: string) => void): Promise<BenchTable> {
  await using servers = await startServers();
  const { rate, result } = await sustained(servers, options, say);
  const copy = await measureCopy(result.databaseUrl, 500_000, 100_000);
  const receive = await receiveFloor(servers, Math.max(rate * 3, 300_000));
  const both = await bothFloors(servers, rate, result.databaseUrl);
  say('floors measured');
  const peer = await runPeer(servers, options.peerSeconds);
  return { title: 'Pipeline', rows: rows(result, { copy, receive, both, peer }), notes: notes(result, peer) };
}

interface Floors {
  readonly copy: number;
  readonly receive: number;
  readonly both: number;
  readonly peer: number | undefined;
}

function rows(result: PipelineResult, { copy, receive, both, peer }: Floors): readonly BenchRow[] {
  const stored = result.published;
  const unit = 'ticks/s';
  return [
    { question: 'received, live and stored', value: stored, unit, goal: { atLeast: 100_000 } },
    {
      question: '… beside COPY alone',
      value: stored,
      unit,
      beside: { name: 'COPY of ready text', value: copy },
      goal: { atLeast: 0.5 },
    },
    {
      question: '… beside COPY while Redis is read',
      value: stored,
      unit,
      beside: { name: 'both at once', value: both },
    },
    {
      question: '… beside receiving alone',
      value: stored,
      unit,
      beside: { name: 'Redis → a client that counts', value: receive },
    },
    ...(peer === undefined
      ? []
      : [
          {
            question: '… beside the usual Python solution',
            value: stored,
            unit,
            beside: { name: 'Python', value: peer },
            goal: { atLeast: 280 },
          },
        ]),
    { question: 'lost', value: result.lost, unit: 'ticks', goal: { atMost: 0 } },
    { question: 'seen by the live viewer, of those stored', value: (result.live / result.stored) * 100, unit: '%' },
    {
      question: 'until all is stored, after the last tick',
      value: result.drainSeconds,
      unit: 's',
      goal: { atMost: DRAIN_SECONDS },
    },
    { question: 'CPU: subscriber', value: result.cpuMicros, unit: 'µs a tick' },
    ...Object.entries(result.others).map(([name, value]) => ({ question: `CPU: ${name}`, value, unit: 'µs a tick' })),
    { question: "subscriber's memory at the end", value: result.memoryMegabytes, unit: 'MB' },
  ];
}

function notes(result: PipelineResult, peer: number | undefined): readonly string[] {
  return [
    `Sustained for ${Math.round(result.seconds)} s with spool, rollups and live on, publisher, Redis, PostgreSQL and viewer on the same machine.`,
    ...(peer === undefined ? ['The Python peer could not be installed here and was not measured.'] : []),
  ];
}

/** The highest of the rates that holds, first for a short while and then for the whole time. */
async function sustained(
  servers: Servers,
  options: PipelineOptions,
  say: (text: string) => void,
): Promise<{ readonly rate: number; readonly result: PipelineResult }> {
  const candidates: number[] = [];
  for (const rate of options.rates) {
    if (!(await tries(rate, options.trySeconds)).holds) break;
    candidates.push(rate);
  }
  for (const rate of candidates.toReversed()) {
    const { result, holds } = await tries(rate, options.seconds);
    // A machine that takes none of them is told by the rows of the lowest.
    if (holds || rate === candidates[0]) return { rate, result };
  }
  const [rate = 0] = options.rates;
  return { rate, result: (await tries(rate, options.seconds)).result };

  async function tries(rate: number, seconds: number): Promise<{ result: PipelineResult; holds: boolean }> {
    const result = await runTickwatch(servers, { rate, seconds });
    const { lost, drainSeconds, published, cpuMicros } = result;
    const holds = lost === 0 && drainSeconds <= DRAIN_SECONDS && published >= 0.97 * rate;
    const figures = `${cpuMicros.toFixed(1)} µs a tick, drained in ${drainSeconds.toFixed(1)} s`;
    say(`${rate}/s for ${seconds} s: ${holds ? 'holds' : 'does not hold'} (${figures})`);
    return { result, holds };
  }
}

async function receiveFloor({ redis }: Servers, offered: number): Promise<number> {
  const counting = runProgram<{ readonly received: number; readonly seconds: number }>(
    'bench/src/pipeline/count-messages.ts',
    [redis.port, 2],
  );
  await runProgram<Published>('bench/src/pipeline/load-publisher.ts', [redis.port, offered, 6, 6]);
  const { received, seconds } = await counting;
  return received / seconds;
}

/** COPY's rate while a client receives messages at the rate that was sustained. */
async function bothFloors(servers: Servers, rate: number, databaseUrl: string): Promise<number> {
  const counting = startProgram('bench/src/pipeline/count-messages.ts', [String(servers.redis.port), '1']);
  counting.stdout?.resume();
  const load = runProgram<Published>('bench/src/pipeline/load-publisher.ts', [servers.redis.port, rate, 8, 6]);
  const copy = await measureCopy(databaseUrl, 500_000, 100_000);
  await load;
  return copy;
}

/** Seconds of a batch insert when `rate` ticks a second are gathered for five seconds. */
export async function insertBench(rates: readonly number[], seconds: number): Promise<BenchTable> {
  await using servers = await startServers();
  const rows: BenchRow[] = [];
  for (const rate of rates) {
    const { insertSeconds } = await runTickwatch(servers, { rate, seconds });
    const sorted = [...insertSeconds].sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
    rows.push({ question: `insert of a 5-second batch at ${rate} ticks/s, median`, value: median * 1000, unit: 'ms' });
  }
  return { title: 'Insert latency', rows };
}

/** How the subscriber's cost grows with the number of stocks. */
export async function stocksBench(rate: number, seconds: number, counts: readonly number[]): Promise<BenchTable> {
  await using servers = await startServers();
  const rows: BenchRow[] = [];
  let first: number | undefined;
  for (const stocks of counts) {
    const { cpuMicros } = await runTickwatch(servers, { rate, seconds, stocks });
    first ??= cpuMicros;
    rows.push({
      question: `${stocks} stocks at ${rate} ticks/s`,
      value: cpuMicros,
      unit: 'µs a tick',
      beside: { name: `${counts[0]} stocks`, value: first },
    });
  }
  return { title: 'Growth with stocks', rows };
}
