import { type AlertFiring, parseTime } from '@tickwatch/core';
import { stockAddress } from '../route.ts';

const MOST_LINES = 4;
/** What is seen of a chart around a firing, seconds. */
const SPAN = '900';

/** What several firings are told as at once: one says itself, more are counted. */
export function noticeOf(firings: readonly AlertFiring[]): { readonly title: string; readonly body: string } {
  const [first] = firings;
  if (first !== undefined && firings.length === 1) return { title: first.rule_name, body: first.text };
  const lines = firings.slice(0, MOST_LINES).map(({ text }) => text);
  if (firings.length > MOST_LINES) lines.push(`and ${firings.length - MOST_LINES} more`);
  return { title: `${firings.length} alerts fired`, body: lines.join('\n') };
}

/** Where a firing is seen: on its stock's chart at its time; one that is of no stock in the list of all. */
export function firingAddress({ stock_name, exchange_name, timestamp }: AlertFiring): string {
  if (stock_name === null) return '/alerts';
  const at = parseTime(timestamp) === undefined ? {} : { at: timestamp, span: SPAN };
  return stockAddress(stock_name, exchange_name ?? undefined, at);
}
