import type { PriceFormat, SequencedTick } from '@tickwatch/core';
import { timeText } from './parameters.ts';

export interface PriceCopyQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  /** Half open, µs, may be infinite. */
  readonly from: number;
  readonly until: number;
  readonly order: 'asc' | 'desc';
  readonly format: PriceFormat;
  readonly decimals: 'number' | 'string';
  readonly header: boolean;
  readonly tail: readonly SequencedTick[];
}

/**
 * COPY takes no parameters, so its values travel as settings of the transaction: run `settings` first, then `copy`,
 * whose text holds no value. JSON rows start with a comma, so that the stream needs no work per row.
 */
export function priceCopyStatements(question: PriceCopyQuestion, timeoutMs: number) {
  const settings = Object.entries(planSettings(question, timeoutMs));
  return {
    settings: {
      text: `SELECT ${settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`).join(', ')}`,
      values: settings.flat(),
    },
    copy: copyText(question),
  };
}

function planSettings(question: PriceCopyQuestion, timeoutMs: number): Record<string, string> {
  return {
    'tickwatch.stock': question.stock,
    'tickwatch.exchange': question.exchange ?? '',
    'tickwatch.from': timeText(question.from),
    'tickwatch.until': timeText(question.until),
    'tickwatch.tail': JSON.stringify(
      question.tail.map((tick) => ({
        timestamp: timeText(tick.time),
        price: tick.price,
        exchange_name: tick.exchange,
      })),
    ),
    statement_timeout: String(Math.trunc(timeoutMs)),
    // Rows have to leave in index order from the first moment on, not after a sort of millions.
    enable_sort: 'off',
    enable_bitmapscan: 'off',
    enable_seqscan: 'off',
    max_parallel_workers_per_gather: '0',
  };
}

function copyText(question: PriceCopyQuestion): string {
  const way = question.order === 'asc' ? 'ASC' : 'DESC';
  const format =
    question.format === 'csv'
      ? `(FORMAT csv${question.header ? ', HEADER' : ''})`
      : // JSON text holds no control characters: with these two, COPY has nothing to quote or escape.
        `(FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')`;
  return `COPY (
    SELECT ${ROW[question.format](question.decimals)}
      FROM (SELECT timestamp, price, exchange_name::text COLLATE "C" AS exchange_name FROM stock_prices WHERE ${conditions(question)}${tailUnion(question)}) ticks
     ORDER BY timestamp ${way}, price ${way}, exchange_name ${way}, scale(price) ${way}
  ) TO STDOUT ${format}`;
}

function conditions({ exchange, from, until }: PriceCopyQuestion): string {
  return [
    `stock_name = current_setting('tickwatch.stock')`,
    ...(exchange === undefined ? [] : [`exchange_name = current_setting('tickwatch.exchange')`]),
    ...(from < 0 ? [] : [`timestamp >= current_setting('tickwatch.from')::timestamptz`]),
    ...(until === Number.POSITIVE_INFINITY ? [] : [`timestamp < current_setting('tickwatch.until')::timestamptz`]),
  ].join(' AND ');
}

function tailUnion({ tail }: PriceCopyQuestion): string {
  if (tail.length === 0) return '';
  return `
        UNION ALL SELECT timestamp, price, exchange_name COLLATE "C"
          FROM json_to_recordset(current_setting('tickwatch.tail')::json)
            AS tail(timestamp timestamptz, price numeric, exchange_name text)`;
}

const TIME = `to_char(timestamp, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const ROW: Readonly<Record<PriceFormat, (decimals: 'number' | 'string') => string>> = {
  json: (decimals) => `',' || ${jsonRow(decimals, '')}`,
  ndjson: (decimals) => jsonRow(decimals, `,"stock_name":' || to_json(current_setting('tickwatch.stock')) || '`),
  csv: () => `${TIME} AS timestamp, current_setting('tickwatch.stock') AS stock_name, exchange_name, price`,
};

function jsonRow(decimals: 'number' | 'string', more: string): string {
  const quote = decimals === 'string' ? '"' : '';
  return `'{"timestamp":"' || ${TIME} || '"${more},"price":${quote}' || price || '${quote},"exchange_name":' || to_json(exchange_name) || '}'`;
}
