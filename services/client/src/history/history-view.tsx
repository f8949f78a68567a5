import { useSignal } from '@preact/signals';
import type { Average } from '@tickwatch/core';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError, getJson } from '../api/http.ts';
import type { Market } from '../board/market.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { go, place } from '../router.ts';
import { Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { HistoryForm } from './history-form.tsx';
import { boundTexts, type HistoryQuery, historyAddress, readHistoryQuery } from './history-query.ts';
import { HistoryResult } from './history-result.tsx';

interface Props {
  readonly market: Market;
  readonly live: LiveFeed;
}

type Answer =
  | { readonly state: 'none' }
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly average: Average }
  | { readonly state: 'failed'; readonly message: string; readonly parameter: string | undefined };

/** Asks about the past: a form, and what it found as figures, chart, table and files. */
export function HistoryView({ market, live }: Props) {
  useTitle('History');
  const parameters = place.value.query.toString();
  const query = useMemo(() => readHistoryQuery(new URLSearchParams(parameters)), [parameters]);
  // The page of the table is part of the address, but no other question.
  const question = query === undefined ? '' : historyAddress({ ...query, cursor: undefined, order: 'asc' });
  const answer = useSignal<Answer>({ state: 'none' });
  const again = useSignal(0);
  useEffect(() => {
    if (query === undefined) return undefined;
    const abort = new AbortController();
    answer.value = { state: 'loading' };
    loadAverage(query, abort.signal).then(
      (average) => {
        answer.value = { state: 'ready', average };
      },
      (error: Error) => {
        if (abort.signal.aborted) return;
        const parameter = error instanceof ApiError ? error.parameter : undefined;
        answer.value = { state: 'failed', message: error.message, parameter };
      },
    );
    return () => abort.abort();
  }, [question, again.value]);
  const current = answer.value;
  const ask = (next: HistoryQuery): void => {
    const address = historyAddress(next);
    if (address === location.pathname + location.search) again.value++;
    else go(address);
  };
  return (
    <main class="page history">
      <h1 class="unseen">History</h1>
      <HistoryForm
        key={question}
        market={market}
        query={query}
        busy={current.state === 'loading'}
        refusal={current.state === 'failed' ? current : undefined}
        ask={ask}
      />
      {query === undefined && (
        <Notice title="Ask about any moment">
          Choose a stock and a range, or one of the presets: the answer has exact figures, a chart, every single price,
          and files to take with you.
        </Notice>
      )}
      {current.state === 'loading' && <div class="skeleton history-wait" role="status" aria-label="Loading" />}
      {current.state === 'failed' && (
        <Notice kind="bad" title="This question can’t be answered" action="Try again" onAction={() => again.value++}>
          {current.message}.
        </Notice>
      )}
      {current.state === 'ready' && query !== undefined && (
        <HistoryResult key={question} query={query} average={current.average} live={live} market={market} />
      )}
    </main>
  );
}

async function loadAverage(query: HistoryQuery, signal: AbortSignal): Promise<Average> {
  const { body } = await getJson<Average>(
    `/api/average/${encodeURIComponent(query.stock)}`,
    { ...boundTexts(query), exchange: query.exchange, decimals: 'string' },
    signal,
  );
  return body;
}
