import { until } from '@tickwatch/test/servers';
import { runProgram } from './child.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import { startQuestDb } from './questdb-server.ts';

const WARM_UP_SECONDS = 4;

export interface QuestDbResult {
  /** Rows a second until the last was to be seen by a question. */
  readonly rows: number;
  /** CPU of QuestDB, µs a row. */
  readonly cpuMicros: number;
}

/**
 * The load's ticks into QuestDB by its line protocol, as fast as it takes them, as it comes: no sync to disk.
 * @returns why not, where Java or QuestDB can't be had
 */
export async function runQuestDb(seconds: number): Promise<QuestDbResult | string> {
  const started = await startQuestDb();
  if (typeof started === 'string') return started;
  await using server = started;
  await runProgram('bench/src/pipeline/line-protocol-sender.ts', [server.port, WARM_UP_SECONDS, 'warm_up']);
  const before = cpuSeconds(server.pid);
  const load = await runProgram<{ readonly sent: number; readonly seconds: number }>(
    'bench/src/pipeline/line-protocol-sender.ts',
    [server.port, seconds, 'stock_prices'],
  );
  const drainFrom = performance.now();
  const isStored = async (): Promise<boolean> => {
    const [[count] = []] = await server.query('SELECT count() FROM stock_prices');
    return count === load.sent;
  };
  await until(isStored, { timeoutMs: 60_000, what: 'all rows' });
  const took = load.seconds + (performance.now() - drainFrom) / 1000;
  return { rows: load.sent / took, cpuMicros: ((cpuSeconds(server.pid) - before) * 1e6) / load.sent };
}
