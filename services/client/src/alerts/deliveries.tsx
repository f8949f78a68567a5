import { useSignal } from '@preact/signals';
import { type AlertDelivery, parseTime } from '@tickwatch/core';
import { useEffect } from 'preact/hooks';
import { useChange } from '../admin/use-change.ts';
import { dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import type { Part } from '../system/part.ts';
import { ChangeResult } from '../ui/change-result.tsx';
import { readDeliveries, retryDelivery } from './alert-api.ts';
import { countOf } from './rule-words.ts';

/** What became of a firing at each of its receivers. */
export function Deliveries({ firing }: { readonly firing: string }) {
  const found = useSignal<Part<readonly AlertDelivery[]>>({ value: undefined, failure: undefined });
  const again = useSignal(0);
  const change = useChange();
  useEffect(() => {
    const abort = new AbortController();
    readDeliveries(firing, abort.signal).then(
      (value) => {
        found.value = { value, failure: undefined };
      },
      (error: Error) => {
        if (!abort.signal.aborted) found.value = { value: found.peek().value, failure: error.message };
      },
    );
    return () => abort.abort();
  }, [firing, again.value]);
  const { value, failure } = found.value;
  const retry = (delivery: AlertDelivery): void =>
    change.run(async () => {
      await retryDelivery(delivery);
      again.value++;
      return `It is sent to ${delivery.receiver_name} again`;
    });
  return (
    <div class="deliveries" role="status">
      {failure !== undefined && <p class="trouble">They can’t be read: {failure}</p>}
      {value === undefined && failure === undefined && <p>Loading…</p>}
      {value?.length === 0 && <p>Its rule told nobody but this page.</p>}
      <ul>
        {value?.map((delivery) => (
          <li key={delivery.receiver_id}>
            <strong>{delivery.receiver_name}</strong>
            <span class={delivery.state === 'failed' ? 'bad' : ''}>{stateText(delivery)}</span>
            {delivery.state === 'failed' && (
              <button type="button" class="button" disabled={change.busy} onClick={() => retry(delivery)}>
                Try again
              </button>
            )}
          </li>
        ))}
      </ul>
      <ChangeResult change={change} />
    </div>
  );
}

function stateText({ state, attempts, next_attempt, delivered, error }: AlertDelivery): string {
  const tries = `after ${attempts === 1 ? 'one attempt' : countOf(attempts, 'attempt')}`;
  const why = error === null ? '' : `: ${error}`;
  if (state === 'delivered') return `✓ delivered ${timeText(delivered)}${attempts > 1 ? `, ${tries}` : ''}`;
  if (state === 'failed') return `✗ given up ${tries}${why}`;
  return attempts === 0 ? 'on its way' : `next attempt ${timeText(next_attempt)}, ${tries}${why}`;
}

function timeText(text: string | null): string {
  const micros = parseTime(text ?? '');
  return micros === undefined ? 'soon' : dateTimeText(zone.value, micros);
}
