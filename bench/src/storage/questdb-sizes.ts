import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { SequencedTick } from '@tickwatch/core';
import { until } from '@tickwatch/test/servers';
import { type QuestDb, startQuestDb } from '../pipeline/questdb-server.ts';
import type { MadeDay } from './made-days.ts';

/** Bytes of all files of the days' partitions. */
export interface QuestDbSizes {
  readonly native: number;
  /** The same partitions, turned into Parquet by itself. */
  readonly parquet: number;
}

const ROWS_A_REQUEST = 50_000;

/** @returns why not, where Java or QuestDB can't be had */
export async function questDbSizes(days: Iterable<MadeDay>): Promise<QuestDbSizes | string> {
  const started = await startQuestDb();
  if (typeof started === 'string') return started;
  await using server = started;
  await server.query(
    'CREATE TABLE ticks (timestamp TIMESTAMP, stock SYMBOL, exchange SYMBOL, price DOUBLE) TIMESTAMP(timestamp) PARTITION BY DAY WAL',
  );
  let last: SequencedTick | undefined;
  let sent = 0;
  for (const { ticks } of days) {
    for (let i = 0; i < ticks.length; i += ROWS_A_REQUEST) await send(server, ticks.slice(i, i + ROWS_A_REQUEST));
    last = ticks.at(-1);
    sent += ticks.length;
  }
  if (last === undefined) throw new Error('there are no ticks to store');
  // A later day than the last: the newest partition stays as it is.
  await send(server, [{ ...last, time: (last.time + 2 * 86_400e6) as SequencedTick['time'] }]);
  const isTrue = (sql: string) => async (): Promise<boolean> => (await server.query(sql))[0]?.[0] === true;
  await until(isTrue(`SELECT count() = ${sent + 1} FROM ticks`), { timeoutMs: 300_000, what: 'all rows in QuestDB' });
  const native = await partitionBytes(server);
  await server.query(`ALTER TABLE ticks CONVERT PARTITION TO PARQUET WHERE timestamp > 0`);
  await until(isTrue("SELECT count() = 0 FROM table_partitions('ticks') WHERE NOT isParquet AND NOT active"), {
    timeoutMs: 600_000,
    what: 'partitions in Parquet',
  });
  return { native, parquet: await partitionBytes(server) };
}

async function partitionBytes(server: QuestDb): Promise<number> {
  const rows = await server.query("SELECT sum(diskSize) FROM table_partitions('ticks') WHERE NOT active");
  return Number(rows[0]?.[0]);
}

async function send({ port }: QuestDb, ticks: readonly SequencedTick[]): Promise<void> {
  const body = ticks
    .map(({ stock, exchange, price, time }) => `ticks,stock=${stock},exchange=${exchange} price=${price} ${time}000\n`)
    .join('');
  const target = { host: '127.0.0.1', port, path: '/write?precision=n', method: 'POST' };
  const [response] = (await once(request(target).end(body), 'response')) as [IncomingMessage];
  if (response.statusCode !== 204) throw new Error(`QuestDB answered ${response.statusCode}`);
  await once(response.resume(), 'end');
}
