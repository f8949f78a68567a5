/** What do sealed days take, and what does it cost to seal and to read them? Beside DuckDB, QuestDB and the same days unsealed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@tickwatch/test/servers';
import { type BenchRow, type BenchTable, figure } from './bench-table.ts';
import { QUESTDB_VERSION } from './pipeline/questdb-server.ts';
import { startBackendProcess } from './ranges/backend-process.ts';
import { coldScanRow } from './storage/cold-scan.ts';
import { DUCKDB_VERSION, type DuckDb, type Packed, startDuckDb } from './storage/duckdb.ts';
import { exportRows } from './storage/exports.ts';
import { fill, writeCsv } from './storage/fill.ts';
import { KINDS, type Kind, madeDays, madeStocks, type TicksSize } from './storage/made-days.ts';
import { questDbSizes } from './storage/questdb-sizes.ts';
import { questionRows } from './storage/questions.ts';
import { copyDatabase, sealAll } from './storage/seal-all.ts';
import { sealedBytes, unsealedBytes } from './storage/sizes.ts';

export interface StorageOptions extends TicksSize {
  /** Of each kind. */
  readonly questions: number;
}

type Say = (text: string) => void;

const POSTGRES_SETTINGS = {
  shared_buffers: '2GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  wal_compression: 'on',
  max_locks_per_transaction: '256',
};

export async function storageBench(options: StorageOptions, say: Say): Promise<BenchTable> {
  const rows: BenchRow[] = [];
  const missing = new Set<string>();
  const duckDb = await startDuckDb();
  if (typeof duckDb === 'string') missing.add(`DuckDB was not measured: ${duckDb}.`);
  try {
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const ofKind = await kindRows(kind, options, typeof duckDb === 'string' ? undefined : duckDb, missing, say);
      rows.push(...ofKind.map((row) => ({ ...row, question: `${KINDS[kind]}: ${row.question}` })));
    }
  } finally {
    if (typeof duckDb !== 'string') await duckDb[Symbol.asyncDispose]();
  }
  const { ticks, stocks, days } = options;
  return {
    title: `Sealed days, ${ticks.toLocaleString('en-US')} ticks of ${stocks} stocks in ${days} days`,
    rows,
    notes: [
      `DuckDB ${DUCKDB_VERSION}: sorted by stock and time, exact decimals, Parquet's second version, zstd at level 22, deltas instead of dictionaries, which it packs smallest. QuestDB ${QUESTDB_VERSION} as it comes: its prices are doubles. Times of answers are of whole HTTP answers; sealed and unsealed ticks lie in two databases of one server, and are asked for in turns.`,
      ...missing,
    ],
  };
}

async function kindRows(
  kind: Kind,
  options: StorageOptions,
  duckDb: DuckDb | undefined,
  missing: Set<string>,
  say: Say,
): Promise<readonly BenchRow[]> {
  const made = () => madeDays(kind, options);
  const stocks = madeStocks(options.stocks).map(({ name }) => name);
  const folder = await mkdtemp(join(tmpdir(), 'tickwatch-storage-'));
  try {
    const [csv, parquet] = [join(folder, 'ticks.csv'), join(folder, 'ticks.parquet')];
    if (duckDb !== undefined) await writeCsv(csv, made());
    const packed = await duckDb?.write(csv, parquet);
    say(
      `${kind}: DuckDB ${packed === undefined ? 'is missing' : `${(packed.bytes / packed.rows).toFixed(3)} bytes a tick`}`,
    );
    await rm(csv, { force: true });
    const questDb = await questDbSizes(made());
    if (typeof questDb === 'string') missing.add(`QuestDB was not measured: ${questDb}.`);

    await using server = await startPostgres({ settings: POSTGRES_SETTINGS });
    const unsealedUrl = await server.createDatabase('unsealed');
    const ticks = await fill(unsealedUrl, made(), (text) => say(`${kind}: ${text}`));
    const sealedUrl = await copyDatabase(server, 'unsealed', 'sealed');
    const sealing = await sealAll(server, sealedUrl);
    if (sealing.ticks !== ticks) throw new Error(`${sealing.ticks} of ${ticks} ticks are sealed`);
    say(`${kind}: sealed at ${Math.round(ticks / sealing.seconds).toLocaleString('en-US')} ticks/s`);
    const bytes = { sealed: await sealedBytes(sealedUrl), unsealed: await unsealedBytes(unsealedUrl) };
    return [
      ...sizeRows(ticks, bytes, packed),
      ...(typeof questDb === 'string' ? [] : questDbRows(ticks, questDb, bytes.sealed)),
      { question: 'sealing', value: ticks / sealing.seconds, unit: 'ticks/s' },
      {
        question: 'sealing, a second of CPU',
        value: ticks / sealing.cpuSeconds,
        unit: 'ticks',
        goal: { atLeast: 1e6 },
      },
      ...(await answerRows(unsealedUrl, sealedUrl, stocks, options, say)),
      ...(duckDb === undefined ? [] : [await coldScanRow({ server, sealedUrl, duckDb, parquet, stocks })]),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function sizeRows(
  ticks: number,
  { sealed, unsealed }: { readonly sealed: number; readonly unsealed: number },
  packed: Packed | undefined,
): readonly BenchRow[] {
  const unit = 'bytes a tick';
  const value = sealed / ticks;
  const beside = packed && { name: 'DuckDB, Parquet', value: packed.bytes / packed.rows };
  return [
    { question: 'sealed, with everything', value, unit, goal: { atMost: 3.5 } },
    ...(beside === undefined ? [] : [{ question: '… beside Parquet', value, unit, beside, goal: { atMost: 1 } }]),
    { question: '… beside the same unsealed', value, unit, beside: { name: 'unsealed', value: unsealed / ticks } },
  ];
}

function questDbRows(
  ticks: number,
  { native, parquet }: { readonly native: number; readonly parquet: number },
  sealed: number,
): readonly BenchRow[] {
  const row = { value: sealed / ticks, unit: 'bytes a tick' };
  return [
    { question: '… beside QuestDB', ...row, beside: { name: 'QuestDB', value: native / ticks } },
    { question: "… beside QuestDB's Parquet", ...row, beside: { name: 'QuestDB, Parquet', value: parquet / ticks } },
  ];
}

async function answerRows(
  unsealedUrl: string,
  sealedUrl: string,
  stocks: readonly string[],
  { days, questions }: StorageOptions,
  say: Say,
): Promise<readonly BenchRow[]> {
  await using unsealed = await startBackendProcess(unsealedUrl);
  await using sealed = await startBackendProcess(sealedUrl);
  const rows = [
    ...(await exportRows({ unsealedUrl, sealed, stocks })),
    ...(await questionRows({ unsealed, sealed, stocks, days, questions })),
  ];
  for (const row of rows) say(`${row.question}: ${figure(row).toFixed(2)}×`);
  return rows;
}
