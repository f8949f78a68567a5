import { Readable } from 'node:stream';
import type { PriceFormat } from '@tickwatch/core';
import copyStreams from 'pg-copy-streams';
import { ReadTimeoutError, translateReadError } from '../read-errors.ts';
import type { Session } from '../read-sessions.ts';
import type { Snapshot } from '../snapshot.ts';
import { priceCopyStatements } from '../sql/price-copy.ts';
import { type RangeQuestion, type Span, tailWithin } from './range.ts';

export interface PriceText {
  readonly order: 'asc' | 'desc';
  readonly format: PriceFormat;
  readonly decimals: 'number' | 'string';
  /** First line with the names of the columns; CSV only. Default: true. */
  readonly header?: boolean;
}

export interface ExportLimits {
  /** Longest export in ms. */
  readonly timeoutMs: number;
  /** A reader that doesn't take the next chunk within this many ms is cut. */
  readonly stallMs: number;
  /** Answers of at most this many rows are read at once, so that a slow reader occupies no connection. */
  readonly smallRows: number;
}

/**
 * All ticks of a range as text, in canonical order. Takes the session over and closes it: at once when the answer is
 * small, otherwise when the stream has ended, was left, or its reader stalled.
 * @param rows how many ticks there are
 * @throws ReadBusyError no slot for another export
 */
export async function readPrices(
  session: Session,
  question: RangeQuestion,
  span: Span,
  rows: number,
  text: PriceText,
  limits: ExportLimits,
): Promise<Buffer | Readable> {
  try {
    if (rows > limits.smallRows) await session.becomeExport();
    const chunks = await copyPrices(session.snapshot, question, span, text, limits.timeoutMs);
    if (rows > limits.smallRows) return Readable.from(untilRead(session, frame(chunks, text), limits.stallMs), STREAM);
    const parts: Buffer[] = [];
    for await (const part of frame(chunks, text)) parts.push(part);
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
  timeoutMs: number,
): Promise<AsyncIterable<Buffer>> {
  const { settings, copy } = priceCopyStatements(
    {
      ...text,
      ...span,
      stock: question.stock,
      exchange: question.exchange,
      header: text.header ?? true,
      tail: tailWithin(snapshot, question, span),
    },
    timeoutMs,
  );
  await snapshot.rows(settings);
  return snapshot.client.query(copyStreams.to(copy));
}

const OPEN = Buffer.from('[');
const CLOSE = Buffer.from(']\n');

/** Rows of JSON come with a comma in front: the first one becomes the bracket. */
async function* frame(chunks: AsyncIterable<Buffer>, { format }: PriceText): AsyncGenerator<Buffer> {
  let first = format === 'json';
  for await (const chunk of chunks) {
    if (first) {
      first = false;
      yield OPEN;
      yield chunk.subarray(1);
    } else yield chunk;
  }
  if (first) yield OPEN;
  if (format === 'json') yield CLOSE;
}

/** Passes chunks on, cuts a reader that stalls, and closes the session in every case. */
async function* untilRead(session: Session, chunks: AsyncIterable<Buffer>, stallMs: number): AsyncGenerator<Buffer> {
  let complete = false;
  let stalled = false;
  try {
    for await (const chunk of chunks) {
      const timer = setTimeout(() => {
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
    await session.close(!complete);
  }
}
