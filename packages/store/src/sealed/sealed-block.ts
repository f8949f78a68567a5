import type { EpochMicros } from '@tickwatch/core';

/** Whose ticks they are. */
export interface BlockKey {
  readonly stock: string;
  readonly exchange: string;
}

/**
 * A row of `sealed_blocks`: up to {@link BLOCK_TICKS} ticks of a stock on an exchange within one day (UTC), in order. Its columns
 * are told in migrations 0021 and 0032, how they are packed in docs/storage.md.
 */
export interface SealedBlock extends BlockKey {
  readonly firstTime: EpochMicros;
  readonly lastTime: EpochMicros;
  readonly place: number;
  readonly count: number;
  readonly version: number;
  readonly scale: number;
  readonly scaleKind: 0 | 1 | 2;
  readonly firstPrice: number;
  readonly times: readonly number[] | null;
  readonly prices: readonly number[] | null;
  readonly scales: readonly number[] | null;
  readonly ties: readonly number[] | null;
  readonly origins: readonly number[] | null;
  readonly numbers: readonly string[] | null;
  /** `null`: version 1. */
  readonly ranks: readonly number[] | null;
  readonly payload: Buffer;
  readonly checksum: Buffer;
}

export const BLOCK_TICKS = 4096;
