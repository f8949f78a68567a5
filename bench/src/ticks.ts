/** How fast are the ticks of all stocks read, in the order in which they arrived? Beside the prices of one stock in the same run. */
import { MarketText } from '@tickwatch/backend';
import type { MarketChunk } from '@tickwatch/store';
import { startPostgres } from '@tickwatch/test/servers';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { type BackendProcess, startBackendProcess } from './ranges/backend-process.ts';
import { median } from './storage/exports.ts';
import { fill } from './storage/fill.ts';
import { FIRST_DAY, madeDays, madeStocks, type TicksSize } from './storage/made-days.ts';
import { copyDatabase, sealAll } from './storage/seal-all.ts';

export interface TicksOptions extends TicksSize {
  /** Readings of each kind. */
  readonly turns: number;
}

type Say = (text: string) => void;

const POSTGRES_SETTINGS = { shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '30min' };
/** What a page that plays the past asks for at once. */
const PAGE_TICKS = 10_000;
/** Ticks of the encoder's part. */
const ENCODED_TICKS = 50_000;
/** V8 compiles what runs often. */
const WARM_UP_TURNS = 3;

export async function ticksBench(options: TicksOptions, say: Say): Promise<BenchTable> {
  const { ticks, stocks, days } = options;
  const rows: BenchRow[] = [encoderRow()];
  await using server = await startPostgres({ settings: POSTGRES_SETTINGS });
  const unsealedUrl = await server.createDatabase('unsealed');
  const count = await fill(unsealedUrl, madeDays('generator', options), say);
  const ofOne = ticksOfOne(options);
  const sealedUrl = await copyDatabase(server, 'unsealed', 'sealed');
  await sealAll(server, sealedUrl);
  for (const [kind, url] of Object.entries({ unsealed: unsealedUrl, sealed: sealedUrl })) {
    await using backend = await startBackendProcess(url);
    const ofKind = await readingRows(backend, { count, ofOne }, options);
    for (const { question, value, unit } of ofKind) say(`${kind}: ${question}: ${Math.round(value)} ${unit}`);
    rows.push(...ofKind.map((row) => ({ ...row, question: `${kind}: ${row.question}` })));
  }
  return {
    title: `Ticks of all stocks, ${ticks.toLocaleString('en-US')} of ${stocks} stocks in ${days} days`,
    rows,
    notes: ['Whole HTTP answers to one reader, who throws them away; NDJSON, medians.'],
  };
}

/** How many ticks the first stock has. */
function ticksOfOne(options: TicksOptions): number {
  const [stock] = madeStocks(options.stocks);
  let count = 0;
  for (const { ticks } of madeDays('generator', options)) {
    for (const tick of ticks) if (tick.stock === stock?.name) count++;
  }
  return count;
}

async function readingRows(
  backend: BackendProcess,
  { count, ofOne }: { readonly count: number; readonly ofOne: number },
  options: TicksOptions,
): Promise<BenchRow[]> {
  const [stock] = madeStocks(options.stocks);
  const all = '/api/ticks?format=ndjson';
  const one = `/api/prices/${stock?.name}?format=ndjson`;
  const rates: { all: number[]; one: number[]; firstByte: number[] } = { all: [], one: [], firstByte: [] };
  for (let turn = -WARM_UP_TURNS; turn < options.turns; turn++) {
    const market = await backend.drain(all);
    const single = await backend.drain(one);
    if (turn < 0) continue;
    rates.all.push(count / market.seconds);
    rates.firstByte.push(market.firstByteMs);
    rates.one.push(ofOne / single.seconds);
  }
  const value = median(rates.all);
  const noon = `${FIRST_DAY}T12:00:00Z`;
  const page = `/api/ticks?format=json&start_time=${noon}&end_time=${FIRST_DAY}&limit=${PAGE_TICKS}`;
  const pages: number[] = [];
  for (let i = 0; i < 10 * options.turns; i++) pages.push(await backend.ask(page));
  return [
    { question: 'all ticks of all stocks', value, unit: 'ticks/s', goal: { atLeast: 500_000 } },
    {
      question: '… beside the prices of one stock',
      value,
      unit: 'ticks/s',
      beside: { name: '/api/prices', value: median(rates.one) },
    },
    { question: 'first byte', value: median(rates.firstByte), unit: 'ms' },
    { question: `a page of ${PAGE_TICKS.toLocaleString('en-US')} as JSON`, value: median(pages), unit: 'ms' },
  ];
}

/** Writing rows, without a database or a network. */
function encoderRow(): BenchRow {
  const text = new MarketText({ format: 'ndjson', decimals: 'number' });
  const chunk = madeChunk();
  const rates: number[] = [];
  for (let turn = 0; turn < 30; turn++) {
    const started = performance.now();
    for (const _piece of text.write(chunk));
    rates.push((ENCODED_TICKS * 1000) / (performance.now() - started));
  }
  return { question: 'writing the rows alone', value: median(rates), unit: 'ticks/s', goal: { atLeast: 1_500_000 } };
}

function madeChunk(): MarketChunk {
  const keys = madeStocks(3000).map(({ name, exchange }) => ({ stock: name, exchange }));
  const start = Date.parse(FIRST_DAY) * 1000;
  const times = Float64Array.from({ length: ENCODED_TICKS }, (_, i) => start + i * 21);
  return {
    count: ENCODED_TICKS,
    keys,
    keyOf: Uint32Array.from({ length: ENCODED_TICKS }, (_, i) => (i * 7919) % keys.length),
    times,
    clocks: times,
    seqs: Float64Array.from({ length: ENCODED_TICKS }, (_, i) => 48_000_000 + i),
    mantissas: Float64Array.from({ length: ENCODED_TICKS }, (_, i) => 100 + ((i * 104_729) % 50_000)),
    decimals: new Uint8Array(ENCODED_TICKS).fill(2),
    texts: new Map(),
  };
}
