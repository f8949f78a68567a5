import type { LaneTick } from '../tail/usable-tail.ts';
import { timeText } from './parameters.ts';
import { tickOrder, type Way } from './tick-order.ts';

export interface PriceCopyQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  /** Half open, µs, may be infinite. */
  readonly from: number;
  readonly until: number;
  readonly order: Way;
  readonly tail: readonly LaneTick[];
}

/**
 * COPY takes no parameters, so names travel as settings of the transaction: run `settings` first, then `copy`. Its times
 * stand in its text, so that only the partitions of the range are planned and locked.
 * @param timeoutMs a limit of its own; `undefined`: that of any question
 */
export function priceCopyStatements(question: PriceCopyQuestion, timeoutMs: number | undefined) {
  const settings = Object.entries(planSettings(question, timeoutMs));
  return {
    settings: {
      text: `SELECT ${settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`).join(', ')}`,
      values: settings.flat(),
    },
    copy: copyText(question),
  };
}

function planSettings(question: PriceCopyQuestion, timeoutMs: number | undefined): Record<string, string> {
  return {
    'tickwatch.stock': question.stock,
    'tickwatch.exchange': question.exchange ?? '',
    'tickwatch.tail': JSON.stringify(
      question.tail.map((tick) => ({
        timestamp: timeText(tick.time),
        seq: tick.seq,
        price: tick.price,
        exchange_name: tick.exchange,
      })),
    ),
    ...(timeoutMs === undefined ? {} : { statement_timeout: String(Math.trunc(timeoutMs)) }),
    // Rows have to leave in index order from the first moment on, not after a sort of millions.
    enable_sort: 'off',
    enable_bitmapscan: 'off',
    enable_seqscan: 'off',
    max_parallel_workers_per_gather: '0',
  };
}

/** Columns: timestamp, price, exchange_name, in COPY's text format. */
function copyText(question: PriceCopyQuestion): string {
  const { order } = question;
  // Each part in order of time by itself, or else PostgreSQL would sort all of them.
  return `COPY (
    SELECT timestamp, price, exchange_name
      FROM ((SELECT timestamp, seq, price, exchange_name::text COLLATE "C" AS exchange_name
               FROM unsealed_prices WHERE ${conditions(question)} ORDER BY timestamp ${order} OFFSET 0)${tailUnion(question)}) ticks
     ORDER BY ${tickOrder('ticks', order)}
  ) TO STDOUT`;
}

function conditions({ exchange, from, until }: PriceCopyQuestion): string {
  return [
    `stock_name = current_setting('tickwatch.stock')`,
    ...(exchange === undefined ? [] : [`exchange_name = current_setting('tickwatch.exchange')`]),
    ...(from < 0 ? [] : [`timestamp >= timestamptz '${timeText(from)}'`]),
    ...(until === Number.POSITIVE_INFINITY ? [] : [`timestamp < timestamptz '${timeText(until)}'`]),
  ].join(' AND ');
}

function tailUnion({ tail, order }: PriceCopyQuestion): string {
  if (tail.length === 0) return '';
  return `
        UNION ALL (SELECT timestamp, seq, price, exchange_name COLLATE "C"
          FROM json_to_recordset(current_setting('tickwatch.tail')::json)
            AS tail(timestamp timestamptz, seq bigint, price numeric, exchange_name text) ORDER BY timestamp ${order} OFFSET 0)`;
}
