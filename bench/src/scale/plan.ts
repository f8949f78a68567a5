import { coresOf } from './model.ts';
import type { Models } from './model-rows.ts';
import type { ScalePoint } from './scale-run.ts';

const TRADING_SECONDS = 6.5 * 3600;
const STOCKS = 20_000;
/** What a subscriber is planned to use of its one core: the rest is for peaks, and for lanes of one that died. */
const BUSY = 0.5;
/** Lanes that a subscriber leads, so that those of a dead one spread over several. */
const LANES_EACH = 2;
/** Cores of one PostgreSQL machine that writing may use; reading has the others. */
const POSTGRES_CORES = 8;
const MAX_LANES = 64;

interface Load {
  readonly name: string;
  /** Ticks a second that it is planned for. */
  readonly rate: number;
  readonly ticksADay: number;
}

const LOADS: readonly Load[] = [
  { name: '100 M a day, ten times the average at its peak', rate: (10 * 1e8) / TRADING_SECONDS, ticksADay: 1e8 },
  { name: '100,000 a second', rate: 1e5, ticksADay: 1e5 * TRADING_SECONDS },
  { name: '1 M a second', rate: 1e6, ticksADay: 1e6 * TRADING_SECONDS },
];

const HEAD = [
  ...['load', 'ticks a trading day', 'lanes', 'subscribers', 'cores: subscribers', 'PostgreSQL', 'engine'],
  ...['PostgreSQL machines', 'to Centrifugo', 'disk a day, not sealed', 'WAL'],
];

/** What loads that no two cores carry would take, as a Markdown table. */
export function planTable(models: Models): string {
  const lines = LOADS.map((load) => `| ${cellsOf(load, models).join(' | ')} |`);
  return [`| ${HEAD.join(' | ')} |`, `|${'---|'.repeat(HEAD.length)}`, ...lines].join('\n');
}

function cellsOf({ name, rate, ticksADay }: Load, models: Models): readonly string[] {
  const { cpu, liveBytesATick, diskBytesATick, walBytesATick } = models;
  const alone: ScalePoint = { rate, stocks: STOCKS, lanes: 1, processes: 1 };
  const processes = Math.max(2, Math.ceil(coresOf(cpu['the subscribers'], alone) / BUSY));
  const lanes = processes * LANES_EACH;
  const point = { ...alone, processes, lanes };
  const cores = (part: keyof Models['cpu']): number => coresOf(cpu[part], point);
  const postgres = cores('PostgreSQL');
  const exchanges = Math.ceil(lanes / MAX_LANES);
  return [
    name,
    `${(ticksADay / 1e6).toLocaleString('en-US', { maximumFractionDigits: 0 })} M`,
    exchanges > 1 ? `${lanes} (of ${exchanges} exchanges)` : String(lanes),
    String(processes),
    cores('the subscribers').toFixed(1),
    postgres.toFixed(1),
    cores('the engine').toFixed(1),
    String(Math.ceil(postgres / POSTGRES_CORES)),
    `${((rate * liveBytesATick) / 1e6).toFixed(1)} MB/s`,
    `${((ticksADay * diskBytesATick) / 1e9).toFixed(0)} GB`,
    `${((rate * walBytesATick) / 1e6).toFixed(1)} MB/s`,
  ];
}
