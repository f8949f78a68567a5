/** What do rules cost a tick, and how soon is somebody told? */
import { countFirings, makeRules, type Nearness, untilJudged } from './alerts/many-rules.ts';
import { openWebhookChain } from './alerts/webhook-chain.ts';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { runProgram } from './pipeline/child.ts';
import { type Servers, startServers } from './pipeline/servers.ts';
import { type SubscriberProcess, startSubscriberProcess } from './pipeline/subscriber-process.ts';
import { type PipelineResult, runTickwatch } from './pipeline/tickwatch-run.ts';
import { percentiles } from './ranges/market.ts';
import { median } from './storage/exports.ts';

export interface AlertsOptions {
  readonly rules: number;
  /** With levels that are hardly reached, with some that are. */
  readonly nearness: readonly Nearness[];
  readonly stocks: number;
  readonly ticksPerSecond: number;
  /** Of each measurement. */
  readonly seconds: number;
  /** V8 compiles what runs often, and judges of rules are made: so long before each measurement the load runs already. */
  readonly warmUpSeconds: number;
  /** With rules and without, in turn, so often. */
  readonly turns: number;
  /** Of which each is told to a webhook. */
  readonly crossings: number;
}

type Say = (text: string) => void;

/** V8 compiles what runs often: the first crossings don't count. */
const WARM_UP_CROSSINGS = 25;

export async function alertsBench(options: AlertsOptions, say: Say): Promise<BenchTable> {
  const { rules, stocks, ticksPerSecond, seconds, turns } = options;
  await using servers = await startServers();
  const costs = await costRows(servers, options, say);
  const delays = await delayRows(servers, options);
  for (const { question, value, unit } of delays) say(`${question}: ${value.toPrecision(3)} ${unit}`);
  const number = (value: number): string => value.toLocaleString('en-US');
  return {
    title: `Alerts, ${number(rules)} rules over ${stocks} stocks at ${number(ticksPerSecond)} ticks/s`,
    rows: [...costs, ...delays],
    notes: [
      `Without rules, with those that hardly fire and with those that do in turn, ${turns} times ${seconds} s each, each time a subscriber and a ` +
        `database of its own, which carried the load for ${options.warmUpSeconds} s before; medians. Prices walk, a cent a tick. Most rules watch a ` +
        `level, others moves, highs and lows, silence, rates and outliers. What fires is stored at once, with what waits of its lane. A webhook is told of ` +
        `one crossing every 80 ms meanwhile: from the publishing of its tick to the arrival of the request.`,
    ],
  };
}

async function costRows(servers: Servers, options: AlertsOptions, say: Say) {
  const { rules, stocks, ticksPerSecond: rate, seconds, warmUpSeconds, turns } = options;
  const kinds = ['none', ...options.nearness] as const;
  const results: Record<Nearness | 'none', PipelineResult[]> = { none: [], far: [], near: [] };
  const fired = { far: 0, near: 0 };
  for (let turn = 0; turn < turns; turn++) {
    for (const kind of turn % 2 === 0 ? kinds : kinds.toReversed()) {
      const prepare = async ({ databaseUrl, port }: SubscriberProcess): Promise<void> => {
        if (kind !== 'none') {
          await makeRules(databaseUrl, rules, stocks, kind);
          await untilJudged(port, rules);
        }
        await runProgram('bench/src/pipeline/load-publisher.ts', [servers.redis.port, rate, warmUpSeconds, stocks, 0]);
      };
      const result = await runTickwatch(servers, { rate, seconds, stocks, ticksPerMessage: 0, prepare });
      if (result.lost > 0) throw new Error(`${result.lost} ticks were lost with rules: ${kind}`);
      const firings = kind === 'none' ? 0 : await countFirings(result.databaseUrl);
      if (kind !== 'none') fired[kind] += firings / turns / (warmUpSeconds + seconds);
      const micros = [result.cpuMicros, result.others.PostgreSQL].map((value) => value.toFixed(2));
      say(`rules: ${kind}, ${firings} fired, subscriber ${micros[0]} µs, PostgreSQL ${micros[1]} µs a tick`);
      results[kind].push(result);
    }
  }
  const row = (kind: Nearness, name: string, cost: (result: PipelineResult) => number, atMost?: number): BenchRow => ({
    question: `CPU, ${fired[kind].toPrecision(2)} fired a second: ${name}`,
    value: median(results[kind].map(cost)),
    unit: 'µs a tick',
    beside: { name: 'without rules', value: median(results.none.map(cost)) },
    ...(atMost === undefined ? {} : { goal: { atMost } }),
  });
  return options.nearness.flatMap((kind) => [
    row(kind, 'subscriber', ({ cpuMicros }) => cpuMicros, 1.1),
    row(kind, 'PostgreSQL', ({ others }) => others.PostgreSQL),
  ]);
}

async function delayRows(servers: Servers, options: AlertsOptions): Promise<readonly BenchRow[]> {
  const { rules, stocks, ticksPerSecond, crossings } = options;
  await using subscriber = await startSubscriberProcess(servers);
  await makeRules(subscriber.databaseUrl, rules, stocks, 'far');
  await using chain = await openWebhookChain(servers, subscriber.databaseUrl);
  await untilJudged(subscriber.port, rules + 1);
  const loadSeconds = Math.ceil(((WARM_UP_CROSSINGS + crossings) * 100) / 1000);
  const load = runProgram('bench/src/pipeline/load-publisher.ts', [
    servers.redis.port,
    ticksPerSecond,
    loadSeconds,
    stocks,
    0,
  ]);
  await chain.cross(WARM_UP_CROSSINGS);
  const { p50, p99 } = percentiles(await chain.cross(crossings));
  await load;
  return [
    { question: 'tick → webhook, p50', value: p50, unit: 'ms' },
    { question: '… p99', value: p99, unit: 'ms', goal: { atMost: 250 } },
  ];
}
