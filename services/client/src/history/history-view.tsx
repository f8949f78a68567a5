import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { go, place } from '../router.ts';
import { AddressNotice } from '../ui/address-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { HistoryForm } from './history-form.tsx';
import { type HistoryQuery, historyAddress, readHistoryAddress } from './history-query.ts';
import { HistoryQuestion } from './history-question.ts';
import { HistoryResult } from './history-result.tsx';

interface Props {
  readonly market: Market;
  readonly live: LiveFeed;
}

/** Asks about the past: a form, and what it found as figures, chart, table and files. */
export function HistoryView({ market, live }: Props) {
  useTitle('History');
  const parameters = place.value.query.toString();
  const address = useMemo(() => readHistoryAddress(new URLSearchParams(parameters)), [parameters]);
  const { query } = address;
  const again = useSignal(0);
  // The page of the table is part of the address, but no other question.
  const key = query === undefined ? parameters : historyAddress({ ...query, cursor: undefined, order: 'asc' });
  const question = useMemo(() => query && new HistoryQuestion(query, live), [key, again.value]);
  useEffect(() => question?.start(), [question]);
  const answer = question?.answer.value;
  const ask = (next: HistoryQuery): void => {
    const address = historyAddress(next);
    if (address === location.pathname + location.search) again.value++;
    else go(address);
  };
  return (
    <main class="page history">
      <h1 class="unseen">History</h1>
      <AddressNotice problems={address.problems} />
      <HistoryForm
        key={key}
        market={market}
        address={address}
        busy={answer?.state === 'loading'}
        refusal={answer?.state === 'failed' ? answer : undefined}
        ask={ask}
      />
      {question === undefined && (
        <Notice title={address.problems.length > 0 ? 'This link does not ask anything' : 'Ask about any moment'}>
          Choose a stock and a range, or one of the presets: the answer has exact figures, a chart, every single price,
          and files to take with you.
        </Notice>
      )}
      {answer?.state === 'loading' && <div class="skeleton history-wait" role="status" aria-label="Loading" />}
      {answer?.state === 'ahead' && (
        <Notice title="This range lies ahead">
          It begins after the moment that the page shows. Play on, or go back to live, to see it.
        </Notice>
      )}
      {answer?.state === 'failed' && (
        <Notice kind="bad" title="This question can’t be answered" action="Try again" onAction={() => again.value++}>
          {answer.message}.
        </Notice>
      )}
      {answer?.state === 'ready' && question !== undefined && (
        <HistoryResult key={question} question={question} average={answer.average} live={live} market={market} />
      )}
    </main>
  );
}
