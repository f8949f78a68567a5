import { runProgram, startProgram } from './child.ts';
import { measureCopy } from './copy-floor.ts';
import type { Servers } from './servers.ts';
import type { Published } from './tickwatch-run.ts';

const COPIED_ROWS = 500_000;
const ROWS_A_BATCH = 100_000;

/** What each part does when it has nothing else to do, a second. */
export interface Floors {
  readonly copy: number;
  readonly receive: number;
  /** COPY's rate while a client receives messages at the rate that was sustained. */
  readonly both: number;
}

export async function measureFloors(servers: Servers, rate: number, databaseUrl: string): Promise<Floors> {
  const copy = (): Promise<number> => measureCopy(databaseUrl, COPIED_ROWS, ROWS_A_BATCH);
  return {
    copy: await copy(),
    receive: await receiveFloor(servers, Math.max(rate * 3, 300_000)),
    both: await whileReceiving(servers, rate, copy),
  };
}

async function receiveFloor({ redis }: Servers, offered: number): Promise<number> {
  const counting = runProgram<{ readonly received: number; readonly seconds: number }>(
    'bench/src/pipeline/count-messages.ts',
    [redis.port, 2],
  );
  await runProgram<Published>('bench/src/pipeline/load-publisher.ts', [redis.port, offered, 6, 6]);
  const { received, seconds } = await counting;
  return received / seconds;
}

async function whileReceiving({ redis }: Servers, rate: number, work: () => Promise<number>): Promise<number> {
  const counting = startProgram('bench/src/pipeline/count-messages.ts', [String(redis.port), '1']);
  counting.stdout?.resume();
  const load = runProgram<Published>('bench/src/pipeline/load-publisher.ts', [redis.port, rate, 8, 6]);
  const result = await work();
  await load;
  return result;
}
