import { laneOfStock, MAX_LANES } from '@tickwatch/core';
import type { Span } from '../queries/range.ts';
import type { Parameters } from '../sql/parameters.ts';

/** So many holes are read at once. */
export const HOLES_AT_ONCE = 10_000;

export interface CoverageQuestion {
  readonly stock: string;
  readonly exchange: string | undefined;
  /** Exchanges on which the stock has ticks that are not stored yet. */
  readonly exchangesInTail: readonly string[];
  readonly span: Span;
}

/** SQL: what {@link readFacts} reads, as an expression. */
export function coverageSql(parameters: Parameters, question: CoverageQuestion): string {
  const { stock, exchange, exchangesInTail, span } = question;
  const name = parameters.add(stock, 'text');
  const only = exchange === undefined ? 'NULL' : parameters.add(exchange, 'text');
  const more = parameters.add(exchangesInTail, 'text[]');
  return `asked_coverage(${name}, ${only}, ${more}, ${rangeSql(parameters, span)}, ${lanesSql(parameters, stock)}, ${HOLES_AT_ONCE + 1})`;
}

/** SQL: the times of a span, both ends inclusive. */
export function rangeSql(parameters: Parameters, { from, until }: Span): string {
  return `tstzrange(${parameters.time(from)}, ${parameters.time(Math.max(from, until - 1))}, '[]')`;
}

/** SQL: the lane of a stock, of one, two, three … that an exchange may have. */
export function lanesSql(parameters: Parameters, stock: string): string {
  return parameters.add(lanesText(stock), 'int[]');
}

const known = new Map<string, string>();
const MAX_KNOWN = 10_000;

function lanesText(stock: string): string {
  const before = known.get(stock);
  if (before !== undefined) return before;
  const text = `{${Array.from({ length: MAX_LANES }, (_, i) => laneOfStock(stock, i + 1)).join(',')}}`;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(stock, text);
  return text;
}
