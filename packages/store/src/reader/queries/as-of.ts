import { compareTicks, type DecimalText, type EpochMicros, type SequencedTick } from '@tickwatch/core';
import type { Row } from '../read-pool.ts';
import { toMicros } from '../read-pool.ts';
import type { Snapshot } from '../snapshot.ts';
import { lastTicksSql } from '../sql/as-of.ts';
import { Parameters } from '../sql/parameters.ts';
import { sealedTicksUpTo } from './sealed-segments.ts';

export interface AsOfQuestion {
  readonly stock: string;
  readonly exchange?: string | undefined;
  readonly time: EpochMicros;
}

/** The last tick at or before a moment; `undefined`: there was none yet. */
export async function askAsOf(snapshot: Snapshot, question: AsOfQuestion): Promise<SequencedTick | undefined> {
  const [row] = await snapshot.rows(asOfStatement(question));
  let last = row === undefined ? undefined : readTick(question.stock, row);
  for (const tick of [...(await sealedTicksUpTo(snapshot, question, question.time)), ...snapshot.tail]) {
    if (tick.stock !== question.stock || tick.time > question.time) continue;
    if (question.exchange !== undefined && tick.exchange !== question.exchange) continue;
    if (last === undefined || compareTicks(tick, last) > 0) last = tick;
  }
  return last;
}

function asOfStatement(question: AsOfQuestion): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const text = `
    SELECT ${toMicros('time')} AS micros, seq, price::text AS price, exchange_name
      FROM (${lastTicksSql(parameters, { exchange: undefined, ...question })}) ticks
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
