import { type DecimalText, type EpochMicros, nowMicros, parseTime, type SequencedTick } from '@tickwatch/core';
import type { TickReader } from '@tickwatch/store';
import { commit, Tail } from './market.ts';
import { listenBackend, type TestBackend } from './test-backend.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';
import { openReader } from './test-reader.ts';

export interface ContractApi extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly reader: TickReader;
  readonly api: TestBackend;
  text(path: string, init?: RequestInit): Promise<string>;
  json(path: string): Promise<unknown>;
}

const LEDGER = '{"exchanges":{"NYSE":{"received":3,"stored":3,"rejected":0,"refused":0,"lost":0,"waiting":0}}}';

/** The API on a database with a handful of ticks whose answers are known. */
export async function startContractApi(): Promise<ContractApi> {
  const database = await startTestDatabase();
  await commit(database.client, [
    tick('AAPL', 'NASDAQ', '220.40', '2026-09-10T08:00:00.000001Z', 1),
    tick('AAPL', 'NASDAQ', '220.50', '2026-09-10T09:00:00Z', 2),
    tick('AAPL', 'NYSE', '0.00000001', '2026-09-10T09:00:00Z', 1),
    tick('AAPL', 'NASDAQ', '123456789012345.678901', '2026-09-11T00:00:00Z', 3),
    tick('BTC:USD', 'NYSE', '1', '2026-09-11T00:00:00Z', 2),
    tick('A/B é', 'NYSE', '2', '2026-09-11T00:00:00Z', 3),
  ]);
  const reader = openReader(database.url, [new Tail()]);
  const api = await listenBackend(reader, { ledger: { ledger: async () => LEDGER } });
  const text = async (path: string, init?: RequestInit): Promise<string> => (await api.get(path, init)).text();
  return {
    database,
    reader,
    api,
    text,
    json: async (path) => JSON.parse(await text(path)),
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

export function tick(
  stock: string,
  exchange: string,
  price: string,
  time: string | number,
  seq: number,
): SequencedTick {
  const micros = typeof time === 'number' ? (time as EpochMicros) : parseTime(time);
  return { stock, exchange, price: price as DecimalText, time: micros ?? nowMicros(), seq };
}
