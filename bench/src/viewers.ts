/**
 * What a viewer costs: one who hears all ticks of both exchanges beside one who hears their boards, in bytes and in CPU of
 * the server that serves them. On the embedded hub, and on Centrifugo where docker has its image.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startCentrifugo } from '../../test/src/servers/centrifugo.ts';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { cpuSeconds } from './pipeline/cpu-seconds.ts';
import { CountedViewers, type Kind } from './viewers/counted-viewers.ts';
import type { Answer, Load, Server } from './viewers/market-process.ts';

export interface ViewersOptions extends Load {
  /** How many there are of each kind at a time. */
  readonly viewers: Readonly<Record<Kind, number>>;
}

/** Of one viewer, a second. */
interface ViewerCost {
  readonly bytes: number;
  readonly messages: number;
  readonly cpuMs: number;
  readonly ageMs: number;
}

const GOAL_BYTES = 100_000;

export async function viewersBench(options: ViewersOptions, say: (text: string) => void): Promise<BenchTable> {
  const rows = [...(await measured('embedded hub', undefined, options, say))];
  const notes: string[] = [];
  const server = await startCentrifugo().catch((error: Error) => {
    notes.push(`Centrifugo was not measured: ${error.message.split('\n')[0]}`);
  });
  if (server !== undefined) {
    await using _ = server;
    rows.push(...(await measured('Centrifugo', server, options, say)));
  }
  return { title: `Viewers of ${options.stocks} stocks at ${options.ticksPerSecond} ticks/s`, rows, notes };
}

async function measured(
  name: string,
  server: Server | undefined,
  options: ViewersOptions,
  say: (text: string) => void,
): Promise<readonly BenchRow[]> {
  const program = fileURLToPath(new URL('./viewers/market-process.ts', import.meta.url));
  const where = server === undefined ? [] : [JSON.stringify(pick(server))];
  const market = fork(program, where, { execArgv: process.execArgv });
  try {
    const [{ url = '' }] = (await once(market, 'message')) as [Answer];
    const pid = server === undefined ? market.pid : containerPid(server.apiUrl);
    // Until its code is compiled every tick costs more.
    await publish(market, pid, { ...options, seconds: 4 });
    const alone = await publish(market, pid, options);
    say(
      `${name} without viewers: ${(alone.cpu * 1e6) / alone.ticks} µs a tick, ${alone.ticks / options.seconds} ticks/s`,
    );
    const cost = async (kind: Kind): Promise<ViewerCost> => {
      const count = options.viewers[kind];
      using viewers = await CountedViewers.open(url, count, kind);
      viewers.reset();
      const { cpu, ticks, seconds } = await publish(market, pid, options);
      // Where the machine is short of time there are fewer ticks a second: of all ticks a viewer gets as many fewer, of boards not.
      const each = count * (kind === 'boards' ? seconds : ticks / options.ticksPerSecond);
      const { bytes, messages, medianAge } = viewers;
      // What the same ticks cost without viewers is none of theirs.
      const cpuMs = (1000 * (cpu - (alone.cpu / alone.ticks) * ticks)) / each;
      say(`${name}, ${count} viewers of ${kind}: ${Math.round(ticks / seconds)} ticks/s in ${seconds.toFixed(1)} s`);
      return { bytes: bytes / each, messages: messages / each, cpuMs, ageMs: medianAge };
    };
    return rowsOf(name, { exchanges: await cost('exchanges'), boards: await cost('boards') });
  } finally {
    market.disconnect();
    await once(market, 'exit');
  }
}

function rowsOf(name: string, { exchanges, boards }: Readonly<Record<Kind, ViewerCost>>): readonly BenchRow[] {
  const row = (what: string, unit: string, of: (cost: ViewerCost) => number): BenchRow => ({
    question: `${name}: ${what}`,
    value: of(boards),
    unit,
    beside: { name: 'all ticks', value: of(exchanges) },
  });
  return [
    {
      question: `${name}: a viewer of boards gets`,
      value: boards.bytes / 1000,
      unit: 'KB/s',
      goal: { atMost: GOAL_BYTES / 1000 },
    },
    row('… beside all ticks', 'KB/s', ({ bytes }) => bytes / 1000),
    row('messages a viewer', '/s', ({ messages }) => messages),
    row('CPU of the server a viewer', 'ms/s', ({ cpuMs }) => cpuMs),
    row('age of a price when it comes, median', 'ms', ({ ageMs }) => ageMs),
  ];
}

/** @returns the CPU seconds that the serving process took for it, and how many ticks there were */
async function publish(
  market: ChildProcess,
  pid: number | undefined,
  { stocks, ticksPerSecond, seconds }: Load,
): Promise<{ readonly cpu: number; readonly ticks: number; readonly seconds: number }> {
  const before = cpuSeconds(pid);
  const start = performance.now();
  market.send({ stocks, ticksPerSecond, seconds } satisfies Load);
  const [{ ticks = 0 }] = (await once(market, 'message')) as [Answer];
  return { cpu: cpuSeconds(pid) - before, ticks, seconds: (performance.now() - start) / 1000 };
}

function pick({ apiUrl, apiKey, websocketUrl }: Server): Server {
  return { apiUrl, apiKey, websocketUrl };
}

/** Of the container that publishes the port. */
function containerPid(apiUrl: string): number {
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();
  const container = docker('ps', '--quiet', '--filter', `publish=${new URL(apiUrl).port}`);
  return Number(docker('inspect', '--format', '{{.State.Pid}}', container));
}
