import type { ChildProcess } from 'node:child_process';
import { until } from '@tickwatch/test/servers';
import { type ProgramOptions, runProgram, startProgram, stopProgram } from './child.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import type { Servers } from './servers.ts';
import { type SubscriberProcess, startSubscriberProcess } from './subscriber-process.ts';

export interface PipelineRun extends ProgramOptions {
  /** Ticks a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly stocks?: number;
  /** 0: one, of prices that walk. */
  readonly ticksPerMessage?: number;
  /** What is done before anything is published. */
  readonly prepare?: (subscriber: SubscriberProcess) => Promise<void>;
}

export interface PipelineResult {
  readonly asked: number;
  /** Ticks a second that were published. */
  readonly published: number;
  /** Ticks that were heard and not stored: 0 is expected. */
  readonly lost: number;
  readonly stored: number;
  /** Ticks that the viewer got. */
  readonly live: number;
  readonly seconds: number;
  /** From the last publish until nothing waited; a flush interval of 5 s is part of it. */
  readonly drainSeconds: number;
  /** CPU of the subscriber, µs a tick. */
  readonly cpuMicros: number;
  /** CPU of the other processes, µs a tick. */
  readonly others: Readonly<Record<'PostgreSQL' | 'Redis' | 'publisher' | 'viewer', number>>;
  readonly memoryMegabytes: number;
  readonly insertSeconds: readonly number[];
  readonly databaseUrl: string;
}

export interface Published {
  readonly published: number;
  readonly unheard: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Everything on: spool, rollups, live with one viewer. Publishes at `rate` and waits until all is stored. */
export async function runTickwatch(
  servers: Servers,
  { rate, seconds, stocks = 6, ticksPerMessage = 1, prepare, ...program }: PipelineRun,
): Promise<PipelineResult> {
  await using subscriber = await startSubscriberProcess(servers, program);
  const viewer = startProgram('bench/src/pipeline/viewer.ts', [String(subscriber.port)]);
  try {
    const seen = lastLine(viewer);
    await prepare?.(subscriber);
    const begun = await subscriber.totals();
    const before = await subscriber.usage();
    const [redis, postgres] = serversCpu(servers);
    const load = await runProgram<Published>('bench/src/pipeline/load-publisher.ts', [
      servers.redis.port,
      rate,
      seconds,
      stocks,
      ticksPerMessage,
    ]);
    const drainFrom = performance.now();
    const heard = load.published - load.unheard;
    const total = await until(
      async () => {
        const totals = await subscriber.totals();
        return totals.received - begun.received >= heard && totals.waiting === 0 ? totals : undefined;
      },
      { timeoutMs: 180_000, everyMs: 100, what: 'storing everything' },
    );
    const drainSeconds = (performance.now() - drainFrom) / 1000;
    const stored = total.stored - begun.stored;
    const after = await subscriber.usage();
    const [redisAfter, postgresAfter] = serversCpu(servers);
    await stopProgram(viewer);
    const { ticks, ...viewing } = JSON.parse(await seen) as { readonly ticks: number; readonly cpuSeconds: number };
    const aTick = (seconds: number): number => (seconds * 1e6) / load.published;
    return {
      asked: rate,
      published: load.published / load.seconds,
      lost: heard - stored,
      stored,
      live: ticks,
      seconds: load.seconds,
      drainSeconds,
      cpuMicros: aTick(after.cpuSeconds - before.cpuSeconds),
      others: {
        PostgreSQL: aTick(postgresAfter - postgres),
        Redis: aTick(redisAfter - redis),
        publisher: aTick(load.cpuSeconds),
        viewer: aTick(viewing.cpuSeconds),
      },
      memoryMegabytes: after.memoryMegabytes,
      insertSeconds: subscriber.insertSeconds,
      databaseUrl: subscriber.databaseUrl,
    };
  } finally {
    await stopProgram(viewer);
  }
}

function serversCpu({ redis, postgres }: Servers): readonly [number, number] {
  return [cpuSeconds(redis.pid), cpuSeconds(postgres.pid)];
}

async function lastLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) text += String(chunk);
  return text.trim().split('\n').at(-1) ?? '';
}
