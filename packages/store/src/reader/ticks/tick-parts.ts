import type { Readable } from 'node:stream';
import copyStreams from 'pg-copy-streams';
import type { RangeQuestion, Span } from '../queries/range.ts';
import { ReadTimeoutError } from '../read-errors.ts';
import type { Snapshot } from '../snapshot.ts';
import { priceCopyStatements } from '../sql/price-copy.ts';
import type { Way } from '../sql/tick-order.ts';
import { sealedTicks } from './sealed-ticks.ts';
import type { TickSlice } from './tick-slice.ts';
import { type TickWindow, tickWindows } from './tick-windows.ts';

/** Some ticks of a range: rows as COPY wrote them, which may end within one, or columns. */
export type TickPart =
  | { readonly kind: 'rows'; readonly bytes: Buffer }
  | { readonly kind: 'slices'; readonly slices: readonly TickSlice[] };

export interface PartLimits {
  /** Longest time for all of them in ms; `undefined`: each statement has that of any question. */
  readonly timeoutMs: number | undefined;
  /** A database that doesn't bring the next rows within this many ms is given up. */
  readonly stallMs: number;
}

/** A window of sealed days has so many ticks at most, or is one day. */
const WINDOW_TICKS = 20_000_000;

/** All ticks of a range in order: those of open days by COPY, sealed ones out of their blocks. */
export async function* tickParts(
  snapshot: Snapshot,
  question: RangeQuestion,
  span: Span,
  way: Way,
  { timeoutMs, stallMs }: PartLimits,
): AsyncGenerator<TickPart, void, undefined> {
  const deadline = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
  const left = (): number | undefined => {
    if (deadline === undefined) return undefined;
    const ms = deadline - performance.now();
    if (ms <= 1) throw new ReadTimeoutError('the export took too long');
    return ms;
  };
  for await (const window of tickWindows(snapshot, question, span, way, WINDOW_TICKS)) {
    if (window.kind === 'sealed') {
      for await (const slices of sealedTicks(snapshot, question, window, way, true)) {
        left();
        yield { kind: 'slices', slices };
      }
      continue;
    }
    const rows = await copyRows(snapshot, question, window, way, left());
    for await (const bytes of untilSilent(rows, stallMs)) yield { kind: 'rows', bytes };
  }
}

async function copyRows(
  snapshot: Snapshot,
  { stock, exchange }: RangeQuestion,
  { from, until, tail }: TickWindow,
  order: Way,
  timeoutMs: number | undefined,
): Promise<Readable> {
  const { settings, copy } = priceCopyStatements({ stock, exchange, from, until, order, tail }, timeoutMs);
  await snapshot.rows(settings);
  const stream = snapshot.client.query(copyStreams.to(copy));
  // Closing the connection of a COPY that was given up is an error too, when nobody reads it any more.
  stream.on('error', () => {});
  return stream;
}

/** Passes chunks on, and gives up on a database that brings none while it is waited for. */
export async function* untilSilent(stream: Readable, stallMs: number): AsyncGenerator<Buffer> {
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
