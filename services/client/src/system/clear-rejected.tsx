import type { ClearedRejected } from '@tickwatch/core';
import { admin, authorized } from '../admin/admin-token.ts';
import { useChange } from '../admin/use-change.ts';
import { countText } from '../format/number-text.ts';
import { ChangeResult } from '../ui/change-result.tsx';
import { ConfirmedButton } from '../ui/confirmed-button.tsx';
import type { SystemSource } from './system-source.ts';

/** For the administrator: forgets what was rejected. */
export function ClearRejected({ source }: { readonly source: SystemSource }) {
  const change = useChange();
  if (admin.value.is !== 'administrator') return null;
  const counts = source.rejected.value.value?.counts ?? [];
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <div class="change">
      {total > 0 && (
        <ConfirmedButton
          action="Clear"
          label="Clear rejected messages"
          question={`Clear ${countText(total)} rejected ${total === 1 ? 'message' : 'messages'}?`}
          busy={change.busy}
          onConfirm={() =>
            change.run(async () => {
              const cleared = await clearAll();
              source.look(source.span.peek());
              return `Cleared ${countText(cleared)}`;
            })
          }
        >
          The messages that are kept and their counts are deleted, for good. The ledger goes on counting.
        </ConfirmedButton>
      )}
      <ChangeResult change={change} />
    </div>
  );
}

/** One request deletes for some seconds at most. */
async function clearAll(): Promise<number> {
  for (;;) {
    const { counted, complete } = await authorized<ClearedRejected>('DELETE', '/api/rejected');
    if (complete) return counted;
  }
}
