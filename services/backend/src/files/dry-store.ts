import { type EpochMicros, parseTime } from '@tickwatch/core';
import {
  type CoveredSpan,
  type FileTail,
  fileHoles,
  type ImportPortion,
  NO_TAIL,
  type PostgresStore,
  spansOf,
} from '@tickwatch/store';
import type { ImportStore } from './import-types.ts';

/** Can be asked which holes spans would fill. */
export type HoleReader = Pick<PostgresStore, 'closedHoles'>;

/**
 * A store that stores nothing and knows no import.
 * @param holes where it can be asked what an import would fill; `undefined`: nowhere
 */
export function dryStore(holes?: HoleReader): ImportStore {
  const imports = new Map<string, DryImport>();
  return {
    importTicks: async (portion) => {
      const { source, ticks } = portion;
      const known = imports.get(source) ?? new DryImport();
      known.add(portion);
      imports.set(source, known);
      return { stored: ticks.length, refusedByDatabase: 0 };
    },
    importProgress: async () => ({ position: 0, seq: 0, stored: 0, rejected: 0, finished: false }),
    findImports: async () => [],
    findOverlaps: async () => [],
    imports: async () => [],
    undoImport: async () => ({ deleted: 0, missing: 0 }),
    coverImport: async () => {},
    importCoverage: async (source) => imports.get(source)?.covered() ?? [],
    closedHoles: async (spans, source) => {
      const rejected = imports.get(source ?? '')?.rejected() ?? [];
      return (await holes?.closedHoles(spans, undefined, rejected)) ?? { holes: [], more: 0 };
    },
  };
}

/** What an import would cover, and what of it could not be read. */
class DryImport {
  readonly #spans = new Map<string, { from: EpochMicros; to: EpochMicros; stocks: Set<string> }>();
  readonly #closed: CoveredSpan[] = [];
  #open: readonly CoveredSpan[] = [];
  #covers: ImportPortion['covers'];
  #tail: FileTail = NO_TAIL;
  #seq = 0;

  add({ ticks, rejectedLines = [], covers }: ImportPortion): void {
    for (const { exchange, from, to, stocks } of spansOf(ticks)) {
      const span = this.#spans.get(exchange);
      if (span === undefined) {
        this.#spans.set(exchange, { from, to, stocks: new Set(stocks) });
        continue;
      }
      span.from = Math.min(span.from, from) as EpochMicros;
      span.to = Math.max(span.to, to) as EpochMicros;
      for (const stock of stocks) span.stocks.add(stock);
    }
    const numbered = ticks.map((tick) => ({ ...tick, seq: ++this.#seq }));
    const { holes, tail } = fileHoles(numbered, rejectedLines, this.#tail);
    const spans = holes.map(({ exchange, from, to, stocks, to_seq }) => ({
      exchange,
      from: parseTime(from) ?? (0 as EpochMicros),
      to: parseTime(to) ?? (0 as EpochMicros),
      stocks: stocks ?? undefined,
      isOpen: to_seq === null,
    }));
    this.#closed.push(...spans.filter(({ isOpen }) => !isOpen));
    this.#open = spans.filter(({ isOpen }) => isOpen);
    this.#tail = tail;
    this.#covers = covers;
  }

  covered(): readonly CoveredSpan[] {
    return [...this.#spans].flatMap(([exchange, { from, to, stocks }]) => [
      { exchange, from, to, stocks: [...stocks].sort() },
      ...(this.#covers === undefined ? [] : [{ exchange, ...this.#covers, stocks: undefined }]),
    ]);
  }

  rejected(): readonly CoveredSpan[] {
    return [...this.#closed, ...this.#open];
  }
}
