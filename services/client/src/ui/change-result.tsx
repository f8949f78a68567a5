import type { Change } from '../admin/use-change.ts';

/** What came of a change. The place is there before, so that it is read out when something is said. */
export function ChangeResult({ change: { busy, done, failure } }: { readonly change: Change }) {
  return (
    <p class={`result ${failure === undefined ? 'good' : 'bad'}`} role="status">
      {busy ? 'Working…' : (failure ?? done)}
    </p>
  );
}
