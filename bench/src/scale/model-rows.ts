import type { BenchRow } from '../bench-table.ts';
import { type CpuModel, coresOf, cpuOf, fitCpu, type Measured } from './model.ts';
import { planTable } from './plan.ts';
import type { ScalePoint, ScaleResult } from './scale-run.ts';
import type { ViewerModel } from './viewer-rows.ts';

const PARTS = {
  'the subscribers': ({ subscribers }: ScaleResult) => subscribers,
  PostgreSQL: ({ postgres }: ScaleResult) => postgres,
  'the engine': ({ engine }: ScaleResult) => engine,
} as const;

type Part = keyof typeof PARTS;

export interface Models {
  readonly cpu: Readonly<Record<Part, CpuModel>>;
  readonly liveBytesATick: number;
  readonly diskBytesATick: number;
  readonly walBytesATick: number;
}

const NAMES = Object.keys(PARTS) as readonly Part[];
const CHECKED = { atLeast: 0.8, atMost: 1.2 };
/** What the model is asked for. */
const MARKET: ScalePoint = { rate: 100_000, stocks: 20_000, lanes: 16, processes: 4 };
const VIEWERS = 1000;
/** Of a board, which is told the newest of each stock so often. */
const BOARD_FRAMES_A_SECOND = 4;

/** Fits what each part costs, and compares what that says of other points with what was measured there. */
export function modelRows(fitted: readonly Measured[], checks: readonly Measured[]) {
  const cpu = Object.fromEntries(NAMES.map((part) => [part, fitCpu(fitted, PARTS[part])])) as Record<Part, CpuModel>;
  const sum = (of: (result: ScaleResult) => number): number => fitted.reduce((all, { result }) => all + of(result), 0);
  const bytes = {
    liveBytesATick: sum(({ liveBytes }) => liveBytes) / sum(({ ticks }) => ticks),
    diskBytesATick: sum(({ diskBytes }) => diskBytes) / sum(({ ticks }) => ticks),
    walBytesATick: sum(({ walBytes }) => walBytes) / sum(({ ticks }) => ticks),
  };
  const rows = checks.flatMap((check): readonly BenchRow[] => [
    ...NAMES.map(
      (part): BenchRow => ({
        question: `model at ${describe(check.point)}: CPU of ${part}`,
        value: aTick(PARTS[part](check.result), check),
        unit: 'µs a tick',
        beside: { name: 'predicted', value: aTick(cpuOf(cpu[part], check.point, check.result), check) },
        goal: CHECKED,
      }),
    ),
    ...(
      [
        ['to Centrifugo', check.result.liveBytes, bytes.liveBytesATick],
        ['on disk, with its index', check.result.diskBytes, bytes.diskBytesATick],
        ['of WAL', check.result.walBytes, bytes.walBytesATick],
      ] as const
    ).map(
      ([what, value, predicted]): BenchRow => ({
        question: `… ${what}`,
        value: value / check.result.ticks,
        unit: 'bytes a tick',
        beside: { name: 'predicted', value: predicted },
        goal: CHECKED,
      }),
    ),
  ]);
  const models: Models = { cpu, ...bytes };
  return { rows, models, notes: NAMES.map((part) => sentence(part, cpu[part])) };
}

/** What the model says of loads that this machine could not carry. */
export function marketNotes(models: Models, viewers: ViewerModel): readonly string[] {
  const { cpu, liveBytesATick } = models;
  const cores = NAMES.map((part) => `${part} ${coresOf(cpu[part], MARKET).toFixed(1)} cores`).join(', ');
  const { rate, stocks, lanes, processes } = MARKET;
  const all = `${rate.toLocaleString('en-US')} ticks/s of ${stocks.toLocaleString('en-US')} stocks, ${lanes} lanes, ${processes} subscribers`;
  const megabytes = (rate * liveBytesATick) / 1e6;
  const board = (VIEWERS * BOARD_FRAMES_A_SECOND * viewers.frameMicros) / 1e6;
  return [
    `By the model ${all}: ${cores}; ${megabytes.toFixed(1)} MB/s to Centrifugo; ${VIEWERS} viewers of a board that is told ` +
      `${BOARD_FRAMES_A_SECOND} times a second: ${board.toFixed(3)} cores of the server that delivers, beside what the bytes of its frames cost.`,
    `Planned by it:\n\n${planTable(models)}`,
  ];
}

function sentence(part: Part, { tick, stockInFlush, lane, process }: CpuModel): string {
  const parts = [
    `${tick.toFixed(2)} µs a tick`,
    `${stockInFlush.toFixed(2)} µs a stock that has ticks in a flush`,
    `${(lane / 1000).toFixed(2)} ms a lane and second`,
    `${(process / 1000).toFixed(2)} ms a subscriber and second`,
  ];
  return `Fitted, CPU of ${part}: ${parts.join(', ')}.`;
}

function describe({ lanes, processes, rate, stocks }: ScalePoint): string {
  const load = `${rate.toLocaleString('en-US')} ticks/s of ${stocks.toLocaleString('en-US')} stocks`;
  return `${load}, ${lanes} lanes over ${processes} processes`;
}

function aTick(seconds: number, { result }: Measured): number {
  return (seconds * 1e6) / result.ticks;
}
