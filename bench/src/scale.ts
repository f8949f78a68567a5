/** What does it cost to be many: lanes, processes, other logs? And a model of it, checked where it was not fitted. */
import { ENGINES, openRedisStreams } from '@tickwatch/test/scale';
import { startPostgres } from '@tickwatch/test/servers';
import type { BenchTable } from './bench-table.ts';
import { POSTGRES_SETTINGS } from './pipeline/servers.ts';
import { engineRows } from './scale/engine-rows.ts';
import { laneRows } from './scale/lane-rows.ts';
import { marketNotes, modelRows } from './scale/model-rows.ts';
import { runScale, type ScalePoint, type ScaleTimes } from './scale/scale-run.ts';
import { Turns } from './scale/turns.ts';
import { viewerRows } from './scale/viewer-rows.ts';

/** The others are measured beside it. */
const REDIS_STREAMS = 'redis-streams';

export interface ScaleOptions extends ScaleTimes {
  /** Each point and engine, in turn, so often; medians. */
  readonly turns: number;
  readonly rate: number;
  readonly stocks: number;
}

export async function scaleBench(options: ScaleOptions, say: (text: string) => void): Promise<BenchTable> {
  const { turns, rate, stocks, seconds, warmUpSeconds } = options;
  const base: ScalePoint = { lanes: 4, processes: 1, rate, stocks };
  const lanes: readonly ScalePoint[] = [
    { ...base, lanes: 1 },
    base,
    { ...base, processes: 2 },
    { ...base, processes: 4 },
  ];
  const others: readonly ScalePoint[] = [
    { ...base, rate: rate / 4, stocks: stocks / 20 },
    { ...base, lanes: 1, stocks: stocks * 10 },
    { ...base, rate: rate / 4, stocks: stocks * 10, processes: 2 },
  ];
  // Inside of what was fitted, and none of it.
  const check: ScalePoint = { lanes: 2, processes: 2, rate: rate / 2, stocks: stocks * 4 };
  await using postgres = await startPostgres({ settings: POSTGRES_SETTINGS });
  const points = new Turns<ScalePoint>([...lanes, ...others, check], describe, say);
  const engineNames = [REDIS_STREAMS, ...Object.keys(ENGINES).filter((name) => name !== REDIS_STREAMS)];
  const engines = new Turns<string>(engineNames, (name) => name, say);
  for (let turn = 0; turn < turns; turn++) {
    {
      await using redis = await openRedisStreams();
      await points.play(turn, (point) => runScale(redis, postgres, point, options));
    }
    await engines.play(turn, async (name) => {
      const open = ENGINES[name] as (typeof ENGINES)[string];
      await using engine = await open();
      return await runScale(engine, postgres, base, options);
    });
  }
  const measured = (some: readonly ScalePoint[]) => some.map((point) => ({ point, result: points.usual(point) }));
  const model = modelRows(measured([...lanes, ...others]), measured([check]));
  const viewers = await viewerRows(say);
  return {
    title: `Scale, ${rate.toLocaleString('en-US')} ticks/s of ${stocks.toLocaleString('en-US')} stocks, one a message`,
    rows: [
      ...laneRows(measured(lanes)),
      ...engineRows(engineNames.map((name) => ({ name, result: engines.usual(name) }))),
      ...model.rows,
      ...viewers.rows,
    ],
    notes: [
      `All in turn, ${turns} times ${seconds} s each after ${warmUpSeconds} s of the same load, with a database and an exchange of their own; ` +
        'medians. CPU is counted from the first tick until all of them were stored, of all processes of a kind together.',
      ...model.notes,
      ...marketNotes(model.models, viewers.model),
    ],
  };
}

function describe({ lanes, processes, rate, stocks }: ScalePoint): string {
  return `${lanes} lanes, ${processes} subscribers, ${rate} ticks/s of ${stocks} stocks`;
}
