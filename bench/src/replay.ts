/** Is a replay as punctual as live prices are, does it leave them alone, how soon is it at another moment, and how fast can it be? */
import { setTimeout as wait } from 'node:timers/promises';
import { type EpochMicros, formatMicros, nowMicros } from '@tickwatch/core';
import { createPostgresStore } from '@tickwatch/store';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { fillMarket, MARKET_BEGIN, MARKET_DAY } from './market.ts';
import { runProgram } from './pipeline/child.ts';
import { startServers } from './pipeline/servers.ts';
import { percentiles } from './ranges/market.ts';
import { type Listeners, startListeners } from './replay/listeners.ts';
import { ReplayClient } from './replay/replay-client.ts';
import { type ReplayHouse, startReplayHouse } from './replay/replay-house.ts';
import { median } from './storage/exports.ts';

export interface ReplayOptions {
  /** Live, and of each replay, which plays what was live. */
  readonly ticksPerSecond: number;
  /** Of each measurement. */
  readonly seconds: number;
  /** Live alone and beside replays, in turn, so often. */
  readonly rounds: number;
  readonly seeks: number;
  /** That are played as fast as they are taken. */
  readonly unpacedTicks: number;
}

type Say = (text: string) => void;

/** At once, beside live prices. */
const REPLAYS = 4;
const STOCKS = 30;
/** V8 compiles what runs often; the first of it doesn't count. */
const WARM_UP_SECONDS = 1;
/** Of what is sought in, and played unpaced. */
const MARKET_RATE = 10_000;

export async function replayBench(options: ReplayOptions, say: Say): Promise<BenchTable> {
  const { ticksPerSecond, seconds, rounds, seeks } = options;
  await using servers = await startServers();
  await using house = await startReplayHouse(servers);
  const paced = await pacedRows(house, servers.redis.port, options, say);
  await fillPast(house, options.unpacedTicks);
  const rows = [...paced, ...(await seekRows(house, options)), await unpacedRow(house, options)];
  for (const { question, value, unit } of rows) say(`${question}: ${value.toPrecision(3)} ${unit}`);
  const rate = ticksPerSecond.toLocaleString('en-US');
  return {
    title: `Replays, ${rate} ticks/s live and as many of each of ${REPLAYS}`,
    rows,
    notes: [
      `Subscriber, hub and API in one process, as \`npm start\` has them; viewers in others. Live alone and beside replays in turn, ` +
        `${rounds} times ${seconds} s each: medians of the p99. A replay's lag is what a tick takes from the moment when it is due to its ` +
        `arrival; the soonest of its ticks is taken to be as late as the soonest live one. ${seeks} seeks among ` +
        `${MARKET_RATE.toLocaleString('en-US')} ticks/s.`,
    ],
  };
}

async function pacedRows(
  house: ReplayHouse,
  redisPort: number,
  { ticksPerSecond, seconds, rounds }: ReplayOptions,
  say: Say,
): Promise<readonly BenchRow[]> {
  const publish = (forSeconds: number) =>
    runProgram('bench/src/pipeline/load-publisher.ts', [redisPort, ticksPerSecond, forSeconds, STOCKS]);
  await using live = await startListeners(house.websocketUrl, [['NASDAQ', 'NYSE']]);
  const from = nowMicros();
  await publish(seconds + 3 * WARM_UP_SECONDS);
  const to = nowMicros();
  await house.stored();
  const begin = async () => house.ask('POST', '', { from: formatMicros(from), to: formatMicros(to), speed: 1 });

  /** Of one measurement; its first part doesn't count. */
  const measured = async (others: readonly Listeners[]) => {
    const all = [live, ...others];
    const publishing = publish(WARM_UP_SECONDS + seconds);
    await wait(1000 * WARM_UP_SECONDS);
    for (const one of all) await one.take();
    const [before, begun] = [await house.cpuSeconds(), performance.now()];
    await publishing;
    const cores = (1000 * ((await house.cpuSeconds()) - before)) / (performance.now() - begun);
    return { cores, delays: await Promise.all(all.map((one) => one.take())) };
  };

  const used = { alone: [] as number[], beside: [] as number[] };
  const p99 = { alone: [] as number[], beside: [] as number[], lag: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const {
      cores,
      delays: [[alone] = []],
    } = await measured([]);
    const replays = await Promise.all(Array.from({ length: REPLAYS }, begin));
    await using listeners = await startListeners(
      house.websocketUrl,
      replays.map(({ channel }) => [channel]),
    );
    const {
      cores: moreCores,
      delays: [[beside] = [], lags = []],
    } = await measured([listeners]);
    await Promise.all(replays.map(({ id }) => house.ask('DELETE', `/${id}`)));
    if (alone === undefined || beside === undefined || lags.some(({ count }) => count === 0)) {
      throw new Error('too little was heard');
    }
    used.alone.push(cores);
    used.beside.push(moreCores);
    p99.alone.push(alone.p99);
    p99.beside.push(beside.p99);
    p99.lag.push(median(lags.map((lag) => lag.p99 - lag.min + beside.min)));
    const figures = [alone.p99, beside.p99, p99.lag.at(-1) ?? 0].map((value) => value.toFixed(1));
    say(
      `round ${round + 1}: p99 live ${figures[0]} ms, beside replays ${figures[1]} ms; lag of those ${figures[2]} ms`,
    );
  }
  return [
    {
      question: `live p99 beside ${REPLAYS} replays`,
      value: median(p99.beside),
      unit: 'ms',
      beside: { name: 'without', value: median(p99.alone) },
      goal: { atMost: 1.1 },
    },
    {
      question: 'p99 of the lag of a replay at ×1',
      value: median(p99.lag),
      unit: 'ms',
      beside: { name: 'live meanwhile', value: median(p99.beside) },
      goal: { atMost: 1.2 },
    },
    {
      question: `what the process takes beside ${REPLAYS} replays`,
      value: median(used.beside),
      unit: 'cores',
      beside: { name: 'without', value: median(used.alone) },
    },
  ];
}

async function fillPast(house: ReplayHouse, ticks: number): Promise<void> {
  await using store = createPostgresStore({ connectionString: house.databaseUrl, applicationName: 'bench' });
  await store.ensurePartitions([MARKET_DAY]);
  const seconds = Math.ceil(ticks / MARKET_RATE);
  await fillMarket(house.databaseUrl, { ticksPerSecond: MARKET_RATE, seconds, stocks: 2000 });
}

/** From the request to the first tick of the new place, at who listens. */
async function seekRows(house: ReplayHouse, { seeks, unpacedTicks }: ReplayOptions): Promise<readonly BenchRow[]> {
  const { id, channel } = await house.ask('POST', '', { ...pastOf(unpacedTicks), speed: 1 });
  using client = await new ReplayClient(house.websocketUrl, channel).ready();
  const times: number[] = [];
  for (let seek = 1; seek <= seeks; seek++) {
    const time = formatMicros(
      (MARKET_BEGIN + Math.floor((Math.random() * 0.9 * unpacedTicks * 1e6) / MARKET_RATE)) as EpochMicros,
    );
    const arrival = client.next(({ ticks, replay }) => replay.seek === seek && ticks.length > 0);
    const begun = performance.now();
    await house.ask('POST', `/${id}/seek`, { time });
    times.push((await arrival) - begun);
    await wait(50);
  }
  await house.ask('DELETE', `/${id}`);
  const { p50, p99 } = percentiles(times);
  return [
    { question: 'a seek, up to the first tick heard, p50', value: p50, unit: 'ms' },
    { question: '… p99', value: p99, unit: 'ms', goal: { atMost: 200 } },
  ];
}

async function unpacedRow(house: ReplayHouse, { unpacedTicks }: ReplayOptions): Promise<BenchRow> {
  const rates: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const { id, channel } = await house.ask('POST', '', { ...pastOf(unpacedTicks), speed: 'unpaced' });
    using client = new ReplayClient(house.websocketUrl, channel);
    const first = client.next(({ ticks }) => ticks.length > 0);
    await client.ready();
    const begun = await first;
    const ended = await client.next(({ replay }) => replay.state === 'ended');
    rates.push(client.ticks / ((ended - begun) / 1000));
    await house.ask('DELETE', `/${id}`);
  }
  return { question: 'unpaced, to one listener', value: median(rates), unit: 'ticks/s' };
}

function pastOf(ticks: number): { readonly from: string; readonly to: string } {
  const end = (MARKET_BEGIN + Math.ceil(ticks / MARKET_RATE) * 1e6) as EpochMicros;
  return { from: formatMicros((MARKET_BEGIN - 1e6) as EpochMicros), to: formatMicros(end) };
}
