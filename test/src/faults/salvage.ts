import type { LedgerReport } from './ledger-report.ts';
import type { SubscriberProcess } from './subscriber-process.ts';

/**
 * How many ticks a subscriber says that a damaged spool has lost.
 * @param all what it had held; nothing more can be known of one that could not be read at all
 */
export function toldAtStart({ lines }: SubscriberProcess, { total }: LedgerReport, all: number): number {
  if (lines.some(({ event }) => event === 'spool_set_aside')) return all;
  const salvaged = lines
    .filter(({ event }) => event === 'spool_salvaged')
    .flatMap(({ lost }) => (lost as readonly { readonly messages: number }[]).map(({ messages }) => messages));
  return Math.max(
    total.lost,
    salvaged.reduce((sum, messages) => sum + messages, 0),
  );
}
