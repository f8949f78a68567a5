import { compareTicks, type DecimalText, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import { LEVEL_WIDTH } from '../range-plan.ts';
import type { Row } from '../read-pool.ts';
import { toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { Parameters } from '../sql/parameters.ts';

export interface AsOfQuestion {
  readonly stock: string;
  readonly exchange?: string | undefined;
  readonly time: EpochMicros;
}

/** The last tick at or before a moment; `undefined`: there was none yet. */
export async function askAsOf(snapshot: Snapshot, question: AsOfQuestion): Promise<SequencedTick | undefined> {
  const [row] = await snapshot.rows(asOfStatement(question));
  let last = row === undefined ? undefined : readTick(question.stock, row);
  for (const tick of snapshot.tail) {
    if (tick.stock !== question.stock || tick.time > question.time) continue;
    if (question.exchange !== undefined && tick.exchange !== question.exchange) continue;
    if (last === undefined || compareTicks(tick, last) > 0) last = tick;
  }
  return last;
}

/**
 * Looks at the minute of the moment tick by tick and else at the last minute before it that had ticks, so that the
 * cost doesn't depend on how long ago that is. Works where single ticks are no longer kept, at a minute's grain.
 */
function asOfStatement({ stock, exchange, time }: AsOfQuestion): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const minute = parameters.time(Math.floor(time / LEVEL_WIDTH.minute) * LEVEL_WIDTH.minute);
  const moment = parameters.time(time);
  const name = parameters.add(stock, 'text');
  const only = exchange === undefined ? '' : ` AND exchange_name = ${parameters.add(exchange, 'text')}`;
  const text = `
    SELECT ${toMicros('time')} AS micros, seq, price::text AS price, exchange_name FROM (
      (SELECT timestamp AS time, seq, price, exchange_name::text FROM stock_prices
        WHERE stock_name = ${name}${only} AND timestamp >= ${minute} AND timestamp <= ${moment}
        ORDER BY timestamp DESC, seq DESC, price DESC, exchange_name DESC LIMIT 1)
      UNION ALL
      SELECT before.close_time, before.close_seq, before.close, exchanges.exchange_name::text
        FROM (SELECT DISTINCT exchange_name FROM price_rollups
               WHERE stock_name = ${name}${only} AND width = 'day') exchanges
        CROSS JOIN LATERAL (
          SELECT close_time, close_seq, close FROM price_rollups
           WHERE stock_name = ${name} AND exchange_name = exchanges.exchange_name
             AND width = 'minute' AND bucket <= ${minute} AND close_time <= ${moment}
           ORDER BY bucket DESC LIMIT 1) before
    ) ticks
     ORDER BY time DESC, seq DESC, ticks.price DESC, exchange_name DESC LIMIT 1`;
  return { text, values: parameters.values };
}

function readTick(stock: string, row: Row): SequencedTick {
  return {
    stock,
    exchange: row.exchange_name ?? '',
    price: (row.price ?? '') as DecimalText,
    time: Number(row.micros) as EpochMicros,
    seq: Number(row.seq),
  };
}
