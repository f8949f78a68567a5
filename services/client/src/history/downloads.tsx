import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { countText } from '../format/number-text.ts';
import { bytesText } from '../format/quantity-text.ts';
import { type DownloadFormat, type DownloadProgress, downloadPrices } from './download.ts';
import type { HistoryQuery } from './history-query.ts';

interface Props {
  readonly query: HistoryQuery;
  /** Rows that the whole range has. */
  readonly count: number;
}

type State =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly progress: DownloadProgress }
  | { readonly state: 'done'; readonly progress: DownloadProgress }
  | { readonly state: 'failed'; readonly message: string };

const LABELS: Readonly<Record<DownloadFormat, string>> = { csv: 'CSV', ndjson: 'NDJSON', parquet: 'Parquet' };

function rowsText({ rows }: DownloadProgress, behind: string): string {
  return rows === undefined ? '' : `${countText(rows)}${behind}`;
}

/** The whole range as a file, with progress and a way out. */
export function Downloads({ query, count }: Props) {
  const state = useSignal<State>({ state: 'idle' });
  const abort = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const start = (format: DownloadFormat): void => {
    const own = new AbortController();
    abort.current = own;
    state.value = { state: 'running', progress: { bytes: 0, rows: 0, complete: undefined } };
    const report = (progress: DownloadProgress): void => {
      state.value = { state: 'running', progress };
    };
    downloadPrices(query, format, report, own.signal).then(
      (progress) => {
        state.value = { state: 'done', progress };
      },
      (error: Error) => {
        state.value = own.signal.aborted ? { state: 'idle' } : { state: 'failed', message: error.message };
      },
    );
  };
  const current = state.value;
  const running = current.state === 'running';
  return (
    <div class="downloads">
      {running ? (
        <>
          <progress max={count} value={Math.min(count, current.progress.rows ?? 0)} aria-label="Download" />
          <span>
            {rowsText(current.progress, ` of ${countText(count)} · `)}
            {bytesText(current.progress.bytes)}
          </span>
          <button type="button" class="button" onClick={() => abort.current?.abort()}>
            Cancel
          </button>
        </>
      ) : (
        <>
          <output aria-live="polite">
            {current.state === 'done' &&
              `Saved ${rowsText(current.progress, ' rows, ')}${bytesText(current.progress.bytes)}`}
            {current.state === 'done' && current.progress.complete === false && (
              <span class="lacking"> · not complete: ticks are, or may be, missing</span>
            )}
            {current.state === 'failed' && <span class="trouble">Download failed: {current.message}</span>}
          </output>
          {(['csv', 'ndjson', 'parquet'] as const).map((format) => (
            <button key={format} type="button" class="button" onClick={() => start(format)}>
              {LABELS[format]} ↓
            </button>
          ))}
        </>
      )}
    </div>
  );
}
