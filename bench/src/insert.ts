/** How long does a batch insert take when a rate of ticks is gathered for five seconds? */
import type { BenchRow, BenchTable } from './bench-table.ts';
import { startServers } from './pipeline/servers.ts';
import { runTickwatch } from './pipeline/tickwatch-run.ts';

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
