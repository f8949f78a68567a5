import type { TailSource } from '@tickwatch/core';
import { createPostgresReader, type PostgresReaderOptions, type TickReader } from '@tickwatch/store';

/** A reader with limits that fit a test. */
export function openReader(
  databaseUrl: string,
  tails: readonly TailSource[] = [],
  changes: Partial<PostgresReaderOptions> = {},
): TickReader {
  return createPostgresReader({
    databaseUrl,
    limits: {
      questions: { permits: 4, queue: 100, waitMs: 30_000 },
      // Whoever has read an export to its end may ask for the next before the one before has given its permit back.
      exports: { permits: 2, queue: 2, waitMs: 30_000 },
    },
    export: { timeoutMs: 60_000, stallMs: 30_000, smallRows: 500 },
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 30_000,
    tails,
    tailTimeoutMs: 30_000,
    tailRestMs: 100,
    ...changes,
  });
}
