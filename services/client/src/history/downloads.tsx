import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { countText } from '../format/number-text.ts';
import { bytesText } from '../format/quantity-text.ts';
import { Loadable } from '../ui/load-module.ts';
import { LoadNotice } from '../ui/load-notice.tsx';
import type { DownloadFormat, DownloadProgress } from './download.ts';
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

const download = new Loadable(async () => (await import('./download.ts')).downloadPrices);
const reach = { onFocus: () => void download.preload(), onPointerEnter: () => void download.preload() };

/** The whole range as a file, with progress and a way out. */
export function Downloads({ query, count }: Props) {
  const state = useSignal<State>({ state: 'idle' });
  const abort = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const start = (format: DownloadFormat): void => {
    const own = new AbortController();
    abort.current = own;
    state.value = { state: 'running', progress: { bytes: 0, rows: 0, complete: undefined } };
    const tell = (now: State): void => {
      if (!own.signal.aborted) state.value = now;
    };
    const report = (progress: DownloadProgress): void => tell({ state: 'running', progress });
    download
      .load()
      .then((downloadPrices) => downloadPrices(query, format, report, own.signal))
      .then(
        (progress) => tell({ state: 'done', progress }),
        (error: Error) => tell({ state: 'failed', message: error.message }),
      );
  };
  const cancel = (): void => {
    abort.current?.abort();
    state.value = { state: 'idle' };
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
          {download.trouble.value !== undefined && <LoadNotice trouble={download.trouble.value} what="The download" />}
          <button type="button" class="button" onClick={cancel}>
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
            <button key={format} type="button" class="button" onClick={() => start(format)} {...reach}>
              {LABELS[format]} ↓
            </button>
          ))}
        </>
      )}
    </div>
  );
}
