import type { EpochMicros, RejectionReason, Tick } from '@tickwatch/core';
import type { Checkpoint, RejectedMessage, Span } from '@tickwatch/store';
import type { Scope } from './detect-form.ts';
import { scopeText } from './import-source.ts';
import type { ImportOptions, ImportStore } from './import-types.ts';
import type { Line } from './line-reader.ts';
import { LineSketch } from './line-sketch.ts';
import { RejectedRuns } from './rejected-runs.ts';
import type { Row } from './rows.ts';

/** Rows of one transaction, where nothing else is said. */
const PORTION_ROWS = 50_000;
/** The exchange under which a line is kept whose own can't be read. */
const NO_EXCHANGE = 'import';

/** Where an import begins or goes on. */
export interface ImportStart {
  readonly source: string;
  /** What the text is read in, as far as that makes other ticks of it. */
  readonly scope: Scope;
  readonly options: string;
  readonly position: number;
  readonly rows: number;
  readonly replacesOpen: boolean;
}

/** A place in the text behind a whole row. */
export interface Place {
  readonly row: number;
  readonly end: number;
  readonly digest: string;
}

/** Collects rows and stores them, portion by portion, one being stored while the next is read. */
export class ImportRun {
  readonly #store: ImportStore;
  readonly #start: ImportStart;
  readonly #exchange: string;
  readonly #covers: Span | undefined;
  readonly #portionRows: number;
  readonly #now: EpochMicros;
  readonly #runs: RejectedRuns;
  readonly reasons = new Map<RejectionReason, number>();
  readonly sketch: LineSketch;
  #from: { position: number; row: number };
  #replacesOpen: boolean;
  #isFirst = true;
  #stored = 0;
  #rejectedCount = 0;
  #ticks: Tick[] = [];
  #rejected: RejectedMessage[] = [];
  #checkpoints: Checkpoint[] = [];
  #storing: Promise<void> = Promise.resolve();

  constructor(store: ImportStore, start: ImportStart, options: ImportOptions, now: EpochMicros) {
    this.#store = store;
    this.#start = start;
    this.sketch = new LineSketch(scopeText(start.scope));
    this.#runs = new RejectedRuns(start.scope);
    this.#exchange = options.exchange ?? NO_EXCHANGE;
    this.#covers = options.covers;
    this.#portionRows = options.portionRows ?? PORTION_ROWS;
    this.#now = now;
    this.#from = { position: start.position, row: start.rows };
    this.#replacesOpen = start.replacesOpen;
  }

  /** The line that had no end when it was stored is still the same: it is not replaced. */
  keepOpen(position: number, row: number): void {
    this.#from = { position, row };
    this.#replacesOpen = false;
  }

  get isFull(): boolean {
    return this.#ticks.length + this.#rejected.length >= this.#portionRows;
  }

  /** True until a portion was given to the store. */
  get isUntouched(): boolean {
    return this.#isFirst;
  }

  get stored(): number {
    return this.#stored;
  }

  get rejected(): number {
    return this.#rejectedCount;
  }

  /** Where the next portion begins. */
  get position(): number {
    return this.#from.position;
  }

  take(row: Row, line: Line): void {
    if (row.ok) {
      this.#ticks.push(row.tick);
      return;
    }
    const payload = line.bytes ?? Buffer.from(line.text ?? '');
    const { reason, detail } = row;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    this.#runs.add(row, line.number, this.#ticks.length);
    this.#rejected.push({ exchange: this.#exchange, payload, receivedAt: this.#now, reason, detail });
  }

  checkpoint(row: number, digest: string): void {
    this.#checkpoints.push({ row, digest });
  }

  /** Begins to store what was taken; waits only for the portion before. */
  async flush(place: Place, how: { readonly finished: boolean; readonly isOpen: boolean }): Promise<void> {
    await this.#storing;
    const [ticks, rejected, checkpoints] = [this.#ticks, this.#rejected, this.#checkpoints];
    const from = this.#from;
    const replacesOpen = this.#replacesOpen;
    this.#replacesOpen = false;
    this.#ticks = [];
    this.#rejected = [];
    this.#checkpoints = [];
    this.#from = { position: place.end, row: place.row };
    this.#isFirst = false;
    const portion = {
      source: this.#start.source,
      from: from.position,
      to: place.end,
      ticks,
      rejected,
      rejectedLines: this.#runs.take(),
      finished: how.finished,
      covers: how.finished ? this.#covers : undefined,
      content: {
        fromRow: from.row,
        toRow: place.row,
        digest: place.digest,
        checkpoints: [...checkpoints, { row: place.row, digest: place.digest }],
        sketch: this.sketch.hashes(),
        options: this.#start.options,
        isOpen: how.isOpen,
        replacesOpen,
      },
    };
    this.#storing = this.#store.importTicks(portion).then(({ stored, refusedByDatabase }) => {
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
