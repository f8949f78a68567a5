import type { TickChunk } from '../../sealed/tick-columns.ts';
import type { Session } from '../read-sessions.ts';
import type { Way } from '../sql/tick-order.ts';
import { tickChunks } from '../ticks/tick-chunks.ts';
import { tickParts } from '../ticks/tick-parts.ts';
import { type ExportLimits, untilRead } from './prices.ts';
import type { RangeQuestion } from './range.ts';
import type { Summary } from './summary.ts';

/**
 * All ticks of a range as columns. Takes the session over: it is closed when the stream has ended, was left, or its reader
 * stalled.
 * @throws ReadBusyError too many exports run
 */
export async function readTicks(
  session: Session,
  question: RangeQuestion,
  { span, missing }: Summary,
  order: Way,
  limits: ExportLimits,
): Promise<AsyncIterable<TickChunk>> {
  await session.becomeExport();
  const parts = tickParts(session.snapshot, question, span, order, limits);
  const chunks = untilRead(session, missing, tickChunks(parts), limits.stallMs);
  // Whoever does not even begin to read stalls, too.
  const timer = setTimeout(() => void session.close(true), limits.stallMs);
  return {
    [Symbol.asyncIterator]() {
      clearTimeout(timer);
      return chunks;
    },
  };
}
