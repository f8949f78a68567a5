import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { nowMicros, type RejectionReason, type Tick } from '@tickwatch/core';
import type { PostgresStore, RejectedMessage } from '@tickwatch/store';
import { type RowParser, rowParserFor } from './parse-row.ts';
import { readLines } from './read-lines.ts';

/** Rows of one transaction. */
const PORTION_ROWS = 50_000;
const REMEMBERED_REJECTIONS = 20;
/** The exchange under which a line is kept whose own can't be read. */
const NO_EXCHANGE = 'import';

export interface ImportStep {
  /** Lines read, of them skipped because an earlier run stored them. */
  readonly lines: number;
  readonly skipped: number;
  readonly stored: number;
  readonly rejected: number;
  readonly bytes: number;
  /** Of the file; `undefined`: not known. */
  readonly totalBytes: number | undefined;
}

export interface ImportReport extends ImportStep {
  /** True: an earlier run had finished this source already. */
  readonly knownBefore: boolean;
  readonly reasons: ReadonlyMap<RejectionReason, number>;
  /** The first rejected lines. */
  readonly examples: readonly { readonly line: number; readonly detail: string }[];
}

export interface ImportOptions {
  /** Path of a CSV or NDJSON file, maybe gzipped; `-`: stdin. */
  readonly path: string;
  /** Names the source, so that it can be resumed; default: a digest of the file. */
  readonly source?: string | undefined;
  readonly onStep?: (step: ImportStep) => void;
}

/**
 * Stores the ticks of a file with their rollups, portion by portion, each in one transaction with the place in the
 * file: a run that was cut continues there, and a file that was imported before is recognised and not stored twice.
 */
export async function importFile(store: PostgresStore, options: ImportOptions): Promise<ImportReport> {
  const { path, onStep = () => {} } = options;
  const source = options.source ?? (await sourceOf(path));
  const progress = await store.importProgress(source);
  const totalBytes = path === '-' ? undefined : (await stat(path)).size;
  const run = new ImportRun(store, source, progress.position);
  const step = (): ImportStep => ({ ...run.counts(), bytes, totalBytes });
  let bytes = 0;
  if (!progress.finished) {
    const lines = readLines(path, (more) => {
      bytes += more;
    });
    for await (const some of lines) {
      for (const line of some) {
        run.take(line);
        if (run.isFull) {
          await run.flush(false);
          onStep(step());
        }
      }
    }
    await run.flush(true);
    await run.settle();
  }
  return { ...step(), knownBefore: progress.finished, reasons: run.reasons, examples: run.examples };
}

class ImportRun {
  readonly #store: PostgresStore;
  readonly #source: string;
  readonly #skip: number;
  readonly #now = nowMicros();
  readonly reasons = new Map<RejectionReason, number>();
  readonly examples: { line: number; detail: string }[] = [];
  #parse: RowParser | undefined;
  #lines = 0;
  #from: number;
  #stored = 0;
  #rejectedCount = 0;
  #ticks: Tick[] = [];
  #rejected: RejectedMessage[] = [];
  /** The portion before is being stored while this one is being read. */
  #storing: Promise<void> = Promise.resolve();

  constructor(store: PostgresStore, source: string, position: number) {
    this.#store = store;
    this.#source = source;
    this.#skip = position;
    this.#from = position;
  }

  get isFull(): boolean {
    return this.#ticks.length + this.#rejected.length >= PORTION_ROWS;
  }

  counts() {
    return {
      lines: this.#lines,
      skipped: Math.min(this.#lines, this.#skip),
      stored: this.#stored,
      rejected: this.#rejectedCount,
    };
  }

  take(line: string): void {
    this.#lines++;
    if (this.#parse === undefined) {
      const known = rowParserFor(line, this.#now);
      if (known === undefined) {
        throw new Error('the file is neither NDJSON nor CSV with the header timestamp,stock_name,exchange_name,price');
      }
      this.#parse = known.parse;
      if (!known.firstIsRow) return;
    }
    if (this.#lines <= this.#skip) return;
    const row = this.#parse(line);
    if (row === undefined) return;
    if (row.ok) this.#ticks.push(row.tick);
    else this.#reject(line, row.reason, row.detail);
  }

  #reject(line: string, reason: RejectionReason, detail: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    if (this.examples.length < REMEMBERED_REJECTIONS) this.examples.push({ line: this.#lines, detail });
    const payload = Buffer.from(line);
    this.#rejected.push({ exchange: NO_EXCHANGE, payload, receivedAt: this.#now, reason, detail });
  }

  /** Begins to store what was taken; waits only for the portion before. */
  async flush(finished: boolean): Promise<void> {
    await this.#storing;
    const [ticks, rejected] = [this.#ticks, this.#rejected];
    const [from, to] = [this.#from, Math.max(this.#from, this.#lines)];
    this.#ticks = [];
    this.#rejected = [];
    this.#from = to;
    this.#storing = this.#store
      .importTicks({ source: this.#source, from, to, ticks, rejected, finished })
      .then(({ stored, refusedByDatabase }) => {
        this.#stored += stored;
        this.#rejectedCount += rejected.length + refusedByDatabase;
        if (refusedByDatabase === 0) return;
        const reason = 'refused_by_database';
        this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + refusedByDatabase);
      });
    // Its failure is reported by the next flush; until then it must not look unhandled.
    this.#storing.catch(() => {});
  }

  settle(): Promise<void> {
    return this.#storing;
  }
}

async function sourceOf(path: string): Promise<string> {
  if (path === '-') return `stdin ${new Date().toISOString()} ${process.pid}`;
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) digest.update(chunk as Buffer);
  return `sha256 ${digest.digest('hex')}`;
}
