import type { RejectionReason, Tick, TickRules } from '@tickwatch/core';
import type { ClosedHoles, CoveredSpan, PostgresStore, Span } from '@tickwatch/store';
import type { FormOptions } from './detect-form.ts';

/** What an import needs of the store; a dry run has one that stores nothing. */
export type ImportStore = Pick<
  PostgresStore,
  | 'importTicks'
  | 'importProgress'
  | 'findImports'
  | 'findOverlaps'
  | 'imports'
  | 'undoImport'
  | 'coverImport'
  | 'importCoverage'
  | 'closedHoles'
>;

export interface ImportOptions extends FormOptions {
  /** Path of a file in any of the forms, maybe packed; `-`: stdin. */
  readonly path: string;
  /** Names the import; default: the file's name. */
  readonly name?: string | undefined;
  /** True: stored as another import, whatever is stored already. */
  readonly again?: boolean | undefined;
  /** Label of the Encoding Standard; default: UTF-8, or what a byte order mark says. */
  readonly encoding?: string | undefined;
  /** Of rows that don't name one. */
  readonly stock?: string | undefined;
  readonly exchange?: string | undefined;
  /** What a time without a zone is read in; default: UTC. */
  readonly timeZone?: string | undefined;
  /** So far ahead of the clock a time may lie, in ms. */
  readonly futureToleranceMs?: number | undefined;
  /** How an exchange's ticks are read where that is a setting. */
  readonly rulesOf?: ((exchange: string) => TickRules) | undefined;
  /** A time of which the file is said to have everything of its exchanges. */
  readonly covers?: Span | undefined;
  /** Rows of one transaction; default: 50,000. */
  readonly portionRows?: number | undefined;
  readonly onStep?: (step: ImportStep) => void;
}

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

export interface RejectedLine {
  /** The file, of several in a zip. */
  readonly file: string;
  readonly line: number;
  readonly detail: string;
  readonly text: string;
}

/** What became of one text. */
export interface TextReport {
  readonly file: string;
  /** The import that it belongs to. */
  readonly source: string;
  readonly lines: number;
  readonly skipped: number;
  readonly stored: number;
  readonly rejected: number;
  /** True: an earlier run had stored all of it. */
  readonly knownBefore: boolean;
  readonly reasons: ReadonlyMap<RejectionReason, number>;
  /** The first rejected lines. */
  readonly examples: readonly RejectedLine[];
  /** The first ticks. */
  readonly ticks: readonly Tick[];
  /** What was seen, and taken for granted. */
  readonly seen: readonly string[];
  /** True: the last line had no end. */
  readonly endsOpen: boolean;
  /** What the import covers now. */
  readonly covered: readonly CoveredSpan[];
  /** Holes that it fills. */
  readonly closed: ClosedHoles;
}

/** What became of a file, of all texts in it together. */
export interface ImportReport extends ImportStep {
  readonly knownBefore: boolean;
  readonly reasons: ReadonlyMap<RejectionReason, number>;
  readonly examples: readonly RejectedLine[];
  readonly texts: readonly TextReport[];
}
