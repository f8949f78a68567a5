import { apiPath, get } from '../api/http.ts';
import { playedMicros } from '../moment/moment.ts';
import { boundTexts, type HistoryQuery } from './history-query.ts';

export type DownloadFormat = 'csv' | 'ndjson' | 'parquet';

export interface DownloadProgress {
  readonly bytes: number;
  /** undefined: not known on the way. */
  readonly rows: number | undefined;
  /** False when ticks of the range are, or may be, missing; undefined: the server doesn't say. */
  readonly complete: boolean | undefined;
}

const TYPES: Readonly<Record<DownloadFormat, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};
const ROWS_BEFORE: Readonly<Record<DownloadFormat, number | undefined>> = { csv: -1, ndjson: 0, parquet: undefined };
const NEWLINE = 10;
const REPORT_EVERY_MS = 100;
/** An export may take as long as it goes on; this only ends one that the server forgot. */
const LONGEST_MS = 6 * 3600 * 1000;

/**
 * Fetches a whole range as a file and hands it to the browser to save. Pieces go into a blob, which the browser keeps
 * outside the page's own memory.
 * @throws ApiError, or the reason of `signal`
 */
export async function downloadPrices(
  asked: HistoryQuery,
  format: DownloadFormat,
  report: (progress: DownloadProgress) => void,
  signal: AbortSignal,
): Promise<DownloadProgress> {
  const query = untilMoment(asked);
  const path = apiPath(`/api/prices/${encodeURIComponent(query.stock)}`, {
    ...boundTexts(query),
    exchange: query.exchange,
    order: query.order,
    format,
  });
  const response = await get(path, signal, LONGEST_MS);
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('the server sent nothing');
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  // A CSV file's first line is its header; a Parquet file has no lines.
  const complete = completeOf(response.headers.get('x-complete'));
  let progress: DownloadProgress = { bytes: 0, rows: ROWS_BEFORE[format], complete };
  let reportedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    const { bytes, rows } = progress;
    progress = {
      complete,
      bytes: bytes + value.length,
      rows: rows === undefined ? undefined : rows + countLines(value),
    };
    if (performance.now() - reportedAt < REPORT_EVERY_MS) continue;
    reportedAt = performance.now();
    report(progress);
  }
  save(new Blob(pieces, { type: TYPES[format] }), fileName(query, format));
  return progress;
}

/** What the page shows of a range, where it shows a moment of the past. */
function untilMoment(query: HistoryQuery): HistoryQuery {
  const moment = playedMicros();
  return moment === undefined ? query : { ...query, end: Math.min(query.end ?? moment, moment) };
}

function completeOf(header: string | null): boolean | undefined {
  return header === null ? undefined : header === 'true';
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

function fileName({ stock, start, end }: HistoryQuery, format: DownloadFormat): string {
  const bounds = Object.values(boundTexts({ start, end })).map(
    (text) => text?.slice(0, 19).replaceAll(':', '') ?? 'all',
  );
  return `${stock.replace(/[^\w.-]+/g, '_')}_${bounds.join('_')}.${format}`;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the blob after the click; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
