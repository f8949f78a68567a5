import { setImmediate } from 'node:timers/promises';
import { MICROS_PER_DAY } from '@tickwatch/core';
import pg from 'pg';
import { COPIED_COLUMNS, readCopiedBlock } from '../../sealed/copied-block.ts';
import type { Span } from '../queries/range.ts';
import { translateReadError } from '../read-errors.ts';
import type { Snapshot } from '../snapshot.ts';
import { timeText } from '../sql/parameters.ts';
import type { StockKey } from '../stock-order.ts';
import { edgesBefore } from '../ticks/sealed-edges.ts';
import { dayOf } from '../ticks/tick-days.ts';
import { type TickSlice, within } from '../ticks/tick-slice.ts';

/** Stocks whose blocks are fetched at once: some megabytes. */
const STOCKS_AT_ONCE = 256;
/** Blocks that are unpacked with no look at what has come meanwhile. */
const AT_A_STRETCH = 16;

export interface OpenedBlock {
  readonly key: StockKey;
  /** The part that lies in the span; `undefined`: the block is damaged. */
  readonly slice: TickSlice | undefined;
}

/**
 * The sealed ticks of many stocks in a short span, block by block, in no order. Late ticks are not among them.
 * @param which `last`: only the block of each that reaches furthest into the span
 */
export async function* blocksOfMany(
  snapshot: Snapshot,
  keys: readonly StockKey[],
  span: Span,
  which: 'all' | 'last',
): AsyncGenerator<OpenedBlock> {
  if (edgesBefore(snapshot.head.sealedUntil, [span]).length === 0) return;
  let opened = 0;
  for (let at = 0; at < keys.length; at += STOCKS_AT_ONCE) {
    const copy = snapshot.copied(copyText(keys.slice(at, at + STOCKS_AT_ONCE), span, which));
    for (;;) {
      const rows = await copy.take().catch((error: unknown) => {
        throw translateReadError(error);
      });
      if (rows.length === 0) break;
      for (const row of rows) {
        if (++opened % AT_A_STRETCH === 0) await setImmediate();
        const block = readCopiedBlock(row);
        const slice = snapshot.blocks.unpack(block, span.until);
        yield { key: block, slice: slice && within(slice, span, 'asc') };
      }
    }
  }
}

/** OFFSET 0: one look into the index a stock, whatever the planner guesses. */
function copyText(keys: readonly StockKey[], { from, until }: Span, which: 'all' | 'last'): string {
  const array = (of: (key: StockKey) => string): string =>
    `ARRAY[${keys.map((key) => pg.escapeLiteral(of(key))).join(',')}]::text[]`;
  const time = (micros: number): string => `timestamptz '${timeText(micros)}'`;
  const days: string[] = [];
  for (let day = dayOf(from); day < until; day += MICROS_PER_DAY) days.push(`date '${timeText(day).slice(0, 10)}'`);
  const last = 'ORDER BY b.first_time DESC, b.last_time DESC, b.place DESC LIMIT 1';
  return `COPY (SELECT ${COPIED_COLUMNS}
    FROM unnest(${array(({ stock }) => stock)}, ${array(({ exchange }) => exchange)}) AS k (stock, exchange)
    CROSS JOIN LATERAL (SELECT * FROM sealed_blocks AS b
      WHERE b.stock_name = k.stock AND b.exchange_name = k.exchange AND b.first_time >= ${time(dayOf(from))}
        AND b.first_time < ${time(until)} AND b.last_time >= ${time(from)} ${which === 'last' ? last : 'OFFSET 0'}) AS found
    WHERE (found.first_time AT TIME ZONE 'UTC')::date IN (SELECT day FROM sealed_days WHERE day IN (${days.join(',')}))
    ) TO STDOUT (FORMAT binary)`;
}
