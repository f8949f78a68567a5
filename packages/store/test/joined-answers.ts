import assert from 'node:assert/strict';
import { type MarketChunk, marketTick } from '../src/index.ts';
import { TODAY } from './nodes-kit.ts';

/** All rows of a list, page by page. */
export async function allPages<Key>(
  page: (after: Key | undefined) => Promise<{ rows: readonly unknown[]; next: Key | undefined }>,
): Promise<readonly never[]> {
  const rows: unknown[] = [];
  let next: Key | undefined;
  do {
    const found = await page(next);
    rows.push(...found.rows);
    next = found.next;
  } while (next !== undefined);
  return rows as never[];
}

/** What goes on, goes on for longer when it is asked later. */
export function upToEnd<T extends { readonly until: number }>(hole: T): T {
  return { ...hole, until: Math.min(hole.until, TODAY) };
}

export interface Line {
  readonly clock: number;
  readonly text: string;
}

export function linesOf(chunks: readonly MarketChunk[]): readonly Line[] {
  return chunks.flatMap((chunk) =>
    Array.from({ length: chunk.count }, (_, i) => {
      const { stock, exchange, price, time, seq } = marketTick(chunk, i);
      return { clock: chunk.clocks[i] as number, text: [exchange, stock, time, seq, price].join(' ') };
    }),
  );
}

/** Of one clock, ticks of different lanes may come in any order. */
export function inOneOrder(lines: readonly Line[]): readonly Line[] {
  for (const [i, { clock }] of lines.entries()) assert.ok(i === 0 || clock >= (lines[i - 1]?.clock ?? 0));
  return lines.toSorted((a, b) => a.clock - b.clock || (a.text < b.text ? -1 : 1));
}
