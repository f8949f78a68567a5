import type { Hole } from '@tickwatch/core';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Loadable } from '../ui/load-module.ts';
import type { HistoryQuery } from './history-query.ts';

interface Props {
  readonly query: HistoryQuery;
  readonly complete: boolean;
  readonly holes: readonly Hole[];
}

const Lacking = lazyPart(
  new Loadable(async () => (await import('./lacking.tsx')).Lacking),
  'The list of what is missing',
);

/** Whether an answer has all that was published, and else what it lacks and why. */
export function Completeness({ query, complete, holes }: Props) {
  if (!complete) return <Lacking query={query} holes={holes} />;
  return (
    <p class="completeness good" role="status">
      ✓ Complete: all that was published in this range is here
    </p>
  );
}
