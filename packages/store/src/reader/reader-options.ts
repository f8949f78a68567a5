import type { CalendarOf, StoreNode, TailSource } from '@tickwatch/core';
import type { ExportLimits } from './queries/prices.ts';
import type { ReadSessionLimits } from './read-sessions.ts';

export interface PostgresReaderOptions {
  readonly databaseUrl: string;
  /** Which of several databases that share the lanes it has to be; default: whichever it is. */
  readonly node?: StoreNode | undefined;
  readonly limits: ReadSessionLimits;
  readonly export: ExportLimits;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** One a subscriber. Without any, answers reach only to what is committed, and say so. */
  readonly tails: readonly TailSource[];
  /** Longest wait for a tail, ms. */
  readonly tailTimeoutMs: number;
  /** How long a tail is left alone after it failed, ms. */
  readonly tailRestMs: number;
  /** When exchanges are open; default: always. */
  readonly calendarOf?: CalendarOf;
  readonly onEvent?: (event: ReaderEvent) => void;
}

export type ReaderEvent =
  | { readonly type: 'connection_broken'; readonly error: string }
  | {
      /** Of each block once. */
      readonly type: 'block_damaged';
      readonly error: string;
      readonly stock: string;
      readonly exchange: string;
      readonly day: string;
      readonly place: number;
      readonly ticks: number;
    }
  | { readonly type: 'tail_reachable' }
  | { readonly type: 'tail_unreachable'; readonly error: string };
