import { Readable } from 'node:stream';
import copyStreams from 'pg-copy-streams';
import { CopyRows } from '../copy-rows.ts';
import { frameText, type PriceText } from '../price-text.ts';
import { ReadTimeoutError, translateReadError } from '../read-errors.ts';
import type { Session } from '../read-sessions.ts';
import type { Snapshot } from '../snapshot.ts';
import { priceCopyStatements } from '../sql/price-copy.ts';
import { type RangeQuestion, type Span, tailWithin } from './range.ts';

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
 * @param rows how many ticks there are
 * @throws ReadBusyError too many exports run
 */
export async function readPrices(
  session: Session,
  question: RangeQuestion,
  span: Span,
  rows: number,
  text: PriceText,
  limits: ExportLimits,
): Promise<Buffer | Readable> {
  const isSmall = rows <= limits.smallRows;
  try {
    if (!isSmall) await session.becomeExport();
    const copied = await copyPrices(session.snapshot, question, span, text, isSmall ? undefined : limits.timeoutMs);
    const chunks = untilSilent(copied, limits.stallMs);
    if (!isSmall) return Readable.from(untilRead(session, write(chunks, text, question.stock), limits.stallMs), STREAM);
    const parts: Buffer[] = [];
    for await (const part of write(chunks, text, question.stock)) parts.push(part);
    await session.close();
    return Buffer.concat(parts);
  } catch (error) {
    await session.close(true);
    throw translateReadError(error);
  }
}

const STREAM = { objectMode: false, highWaterMark: 128 * 1024 };

async function copyPrices(
  snapshot: Snapshot,
  question: RangeQuestion,
  span: Span,
  text: PriceText,
  timeoutMs: number | undefined,
): Promise<Readable> {
  const { settings, copy } = priceCopyStatements(
    {
      ...span,
      order: text.order,
      stock: question.stock,
      exchange: question.exchange,
      tail: tailWithin(snapshot, question, span),
    },
    timeoutMs,
  );
  await snapshot.rows(settings);
  const stream = snapshot.client.query(copyStreams.to(copy));
  // Closing the connection of a COPY that was given up is an error too, when nobody reads it any more.
  stream.on('error', () => {});
  return stream;
}

/** Passes chunks on, and gives up on a database that brings none while it is waited for. */
async function* untilSilent(stream: Readable, stallMs: number): AsyncGenerator<Buffer> {
  const giveUp = (): void => void stream.destroy(new ReadTimeoutError('the database fell silent'));
  let timer = setTimeout(giveUp, stallMs);
  try {
    for await (const chunk of stream) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(giveUp, stallMs);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function* write(chunks: AsyncIterable<Buffer>, text: PriceText, stock: string): AsyncGenerator<Buffer> {
  const rows = new CopyRows(text, stock);
  let any = false;
  for await (const chunk of chunks) {
    const written = rows.write(chunk);
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

/** Passes chunks on, cuts a reader that stalls, and closes the session in every case. */
async function* untilRead(session: Session, chunks: AsyncIterable<Buffer>, stallMs: number): AsyncGenerator<Buffer> {
  let complete = false;
  let stalled = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const chunk of chunks) {
      timer = setTimeout(() => {
        stalled = true;
        void session.close(true);
      }, stallMs);
      yield chunk;
      clearTimeout(timer);
      if (stalled) throw new ReadTimeoutError('the reader was too slow');
    }
    complete = true;
  } catch (error) {
    throw translateReadError(error);
  } finally {
    // A reader that leaves does so while a chunk is handed to it.
    clearTimeout(timer);
    await session.close(!complete);
  }
}
