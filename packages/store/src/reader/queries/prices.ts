import { Readable } from 'node:stream';
import { CopyRows } from '../copy-rows.ts';
import type { Missing } from '../coverage/completeness.ts';
import { frameText, type PriceText } from '../price-text.ts';
import { ReadTimeoutError, translateReadError } from '../read-errors.ts';
import type { Session } from '../read-sessions.ts';
import { LateDamageError } from '../ticks/damaged-blocks.ts';
import { SliceRows } from '../ticks/slice-rows.ts';
import { type TickPart, tickParts } from '../ticks/tick-parts.ts';
import type { RangeQuestion } from './range.ts';
import type { Summary } from './summary.ts';

export interface ExportLimits {
  /** Longest export in ms. */
  readonly timeoutMs: number;
  /** A reader that doesn't take the next chunk, or a database that doesn't bring it, within this many ms is cut. */
  readonly stallMs: number;
  /** Answers of at most this many rows are read at once, so that a slow reader occupies no connection. */
  readonly smallRows: number;
}

/**
 * All ticks of a range as text, in canonical order. Takes the session over and closes it: at once when the answer is
 * small, otherwise when the stream has ended, was left, or its reader stalled.
 * @throws ReadBusyError too many exports run
 */
export async function readPrices(
  session: Session,
  question: RangeQuestion,
  summary: Summary,
  text: PriceText,
  limits: ExportLimits,
): Promise<Buffer | Readable> {
  const { span, row, missing } = summary;
  const isSmall = (row?.count ?? 0) <= limits.smallRows;
  try {
    if (!isSmall) await session.becomeExport();
    const timeoutMs = isSmall ? undefined : limits.timeoutMs;
    const parts = tickParts(session.snapshot, question, span, text.order, { ...limits, timeoutMs });
    const chunks = write(parts, text, question.stock);
    if (!isSmall) return Readable.from(untilRead(session, missing, chunks, limits.stallMs), STREAM);
    const all: Buffer[] = [];
    for await (const chunk of chunks) all.push(chunk);
    await session.close();
    return Buffer.concat(all);
  } catch (error) {
    await session.close(true);
    throw translateReadError(error);
  }
}

const STREAM = { objectMode: false, highWaterMark: 128 * 1024 };

async function* write(parts: AsyncIterable<TickPart>, text: PriceText, stock: string): AsyncGenerator<Buffer> {
  const rows = new CopyRows(text, stock);
  const columns = new SliceRows(text, stock);
  let any = false;
  for await (const part of parts) {
    const written = part.kind === 'rows' ? rows.write(part.bytes) : columns.write(part.slices);
    if (written.length === 0) continue;
    const { open, skip } = frameText(text, true);
    if (!any) yield Buffer.from(open);
    yield any ? written : written.subarray(skip);
    any = true;
  }
  const { open, close } = frameText(text, any);
  if (!any) yield Buffer.from(open);
  yield Buffer.from(close);
}

/**
 * Passes chunks on, cuts a reader that stalls, and closes the session in every case.
 * @param missing what was said of it before: where that was nothing and a block is damaged, it fails when all else is read
 * @param isBusy whether a statement runs while a chunk is handed on: then the connection of a reader who leaves has to go
 */
export async function* untilRead<T>(
  session: Session,
  { complete }: Missing,
  chunks: AsyncIterable<T>,
  stallMs: number,
  isBusy: () => boolean = () => true,
): AsyncGenerator<T, void, undefined> {
  let isQuiet = false;
  let isAll = false;
  let stalled = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const chunk of chunks) {
      timer = setTimeout(() => {
        stalled = true;
        void session.close(true);
      }, stallMs);
      isQuiet = !isBusy();
      yield chunk;
      isQuiet = false;
      clearTimeout(timer);
      if (stalled) throw new ReadTimeoutError('the reader was too slow');
    }
    const [damaged] = session.snapshot.blocks.damaged;
    if (complete && damaged !== undefined) throw new LateDamageError(damaged);
    isQuiet = true;
    isAll = true;
  } catch (error) {
    throw translateReadError(error);
  } finally {
    // A reader that leaves does so while a chunk is handed to it.
    clearTimeout(timer);
    // Never fails, and nobody has to wait for the end of the transaction but who leaves to ask anew.
    const closed = session.close(!isQuiet);
    if (!isAll) await closed;
  }
}
