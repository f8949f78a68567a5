import { type EpochMicros, formatMicros, type SequencedTick } from '@tickwatch/core';
import { chunked, joinLines } from './rejected-lines.ts';

/** Lines of a file that are no ticks, none of which has a tick between them and the others. */
export interface RejectedLines {
  /** So many of the portion's ticks stand in front of them. */
  readonly behindTicks: number;
  readonly count: number;
  readonly firstRow: number;
  readonly lastRow: number;
  /** `undefined`: it can't be read; they may be of any exchange of the file. */
  readonly exchange: string | undefined;
  /** `undefined`: not all can be read. */
  readonly stocks: readonly string[] | undefined;
}

/** A place beside rejected lines: the tick that stands there. */
interface Edge {
  readonly stock: string;
  readonly time: EpochMicros;
  readonly seq: number;
}

/** Where a portion ends, as `import_portions` keeps it. */
export interface FileTail {
  readonly last?: Edge | undefined;
  /** Of the file so far. */
  readonly exchanges: readonly string[];
  /** Lines behind the last tick; the hole that they are ends in a portion to come. */
  readonly open: readonly RejectedLines[];
}

/** Ends the detail of a hole whose stocks are not known. */
export const STOCK_UNREAD = ', of a stock that is not read';

export const NO_TAIL: FileTail = { exchanges: [], open: [] };

/** A row of `gaps`, of a file; times are RFC 3339. */
export interface FileHole {
  readonly exchange: string;
  readonly stocks: readonly string[] | null;
  readonly from: string;
  readonly to: string;
  /** The tick before and the tick behind, by their numbers; null: the file begins, or ends, there. */
  readonly from_seq: number | null;
  readonly to_seq: number | null;
  readonly messages: number;
  readonly detail: string;
}

/** A portion has at most about so many holes; beyond, neighbours become one. */
const MAX_HOLES = 1000;

/**
 * The holes that rejected lines are: each reaches from the tick before it to the tick behind it in the file, whichever is
 * earlier. At the file's ends it has only the one. Without any tick nothing is known of where they were.
 * @param ticks of the portion, in the file's order
 * @param before where the portion in front of it ends; its open lines are among the holes that come back
 */
export function fileHoles(
  ticks: readonly SequencedTick[],
  rejected: readonly RejectedLines[],
  before: FileTail,
): { readonly holes: readonly FileHole[]; readonly tail: FileTail } {
  const exchanges = [...new Set([...before.exchanges, ...ticks.map(({ exchange }) => exchange)])];
  const leading = joinLines([...before.open, ...rejected.filter(({ behindTicks }) => behindTicks === 0)]);
  const isOpen = ticks.length === 0;
  const trailing = isOpen ? leading : rejected.filter(({ behindTicks }) => behindTicks === ticks.length);
  const within = rejected.filter(({ behindTicks }) => behindTicks > 0 && behindTicks < ticks.length);
  const places = [
    ...(isOpen ? [] : leading.map((lines) => ({ lines, until: 0 }))),
    ...chunked(within, MAX_HOLES),
    ...trailing.map((lines) => ({ lines, until: ticks.length })),
  ];
  const edge = (index: number): Edge | undefined => (index < 0 ? before.last : ticks[index]);
  const holes = places.flatMap(({ lines, until }) => {
    const bounds = boundsOf(lines, edge((isOpen ? 0 : lines.behindTicks) - 1), edge(until));
    if (bounds === undefined) return [];
    const named = lines.exchange === undefined ? exchanges : [lines.exchange];
    return named.map((exchange) => ({ exchange, ...bounds, ...said(lines, named.length) }));
  });
  const last = edgeOf(ticks.at(-1)) ?? before.last;
  return { holes, tail: { last, exchanges, open: trailing.map((lines) => ({ ...lines, behindTicks: 0 })) } };
}

function edgeOf(tick: SequencedTick | undefined): Edge | undefined {
  return tick === undefined ? undefined : { stock: tick.stock, time: tick.time, seq: tick.seq };
}

type Bounds = Pick<FileHole, 'from' | 'to' | 'from_seq' | 'to_seq'>;

function boundsOf(lines: RejectedLines, before: Edge | undefined, behind: Edge | undefined): Bounds | undefined {
  const beside = [before, behind].flatMap((one) => one ?? []);
  if (beside.length === 0) return undefined;
  const times = nearest(lines, beside).map(({ time }) => time);
  return {
    from: formatMicros(Math.min(...times) as EpochMicros),
    to: formatMicros(Math.max(...times) as EpochMicros),
    from_seq: before?.seq ?? null,
    to_seq: behind?.seq ?? null,
  };
}

/** Where time goes back the next stock's ticks may begin: lines of one of the two stand at its end, or at its start. */
function nearest({ stocks }: RejectedLines, beside: readonly Edge[]): readonly Edge[] {
  const [before, behind] = beside;
  if (before === undefined || behind === undefined || before.time <= behind.time || stocks?.length !== 1) return beside;
  const same = beside.filter(({ stock }) => stock === stocks[0]);
  return same.length === 1 ? same : beside;
}

function said(
  { count, firstRow, lastRow, stocks }: RejectedLines,
  exchanges: number,
): Pick<FileHole, 'stocks' | 'messages' | 'detail'> {
  const rows = firstRow === lastRow ? `line ${firstRow}` : `lines ${firstRow} to ${lastRow}`;
  const some = count < lastRow - firstRow + 1 ? `${count} of ${rows}` : rows;
  const one = exchanges > 1 ? `${some}, of one of ${exchanges} exchanges` : some;
  return { stocks: stocks ?? null, messages: count, detail: stocks === undefined ? `${one}${STOCK_UNREAD}` : one };
}

/** A tick that the database refused is a hole at its own time. */
export function refusedHole({ stock, exchange, time, seq }: SequencedTick, why: string): FileHole {
  const at = formatMicros(time);
  return { exchange, stocks: [stock], from: at, to: at, from_seq: seq, to_seq: seq, messages: 1, detail: why };
}
