/** How does the subscriber's cost grow with the number of stocks? */
import type { BenchRow, BenchTable } from './bench-table.ts';
import { startServers } from './pipeline/servers.ts';
import { runTickwatch } from './pipeline/tickwatch-run.ts';

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
