import type { ImportStore } from './import-types.ts';

/** A store that stores nothing and knows nothing. */
export function dryStore(): ImportStore {
  return {
    importTicks: async ({ ticks }) => ({ stored: ticks.length, refusedByDatabase: 0 }),
    importProgress: async () => ({ position: 0, seq: 0, stored: 0, rejected: 0, finished: false }),
    findImports: async () => [],
    findOverlaps: async () => [],
    imports: async () => [],
    undoImport: async () => ({ deleted: 0, missing: 0 }),
  };
}
