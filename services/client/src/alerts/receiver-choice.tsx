import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { readReceivers } from './alert-api.ts';
import type { PartProps } from './rule-form.tsx';

/** Who is told besides the page. */
export function ReceiverChoice({ draft, change, faultOf }: PartProps) {
  const names = useSignal<readonly string[] | undefined>(undefined);
  const failure = useSignal('');
  useEffect(() => {
    const abort = new AbortController();
    readReceivers(abort.signal).then(
      (receivers) => {
        names.value = receivers.map(({ name }) => name);
      },
      (error: Error) => {
        if (!abort.signal.aborted) failure.value = `The receivers can’t be read: ${error.message}`;
      },
    );
    return () => abort.abort();
  }, []);
  const chosen = draft.receivers;
  // One that is gone meanwhile can be taken off.
  const all = [...new Set([...(names.value ?? []), ...chosen])];
  const fault = faultOf('receivers') ?? (failure.value === '' ? undefined : failure.value);
  return (
    <fieldset class={`receiver-choice ${fault === undefined ? '' : 'wrong'}`}>
      <legend>Tell</legend>
      <div class="fields">
        <span class="check">✓ This page, and the live channel</span>
        {all.map((name) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={(event) =>
                change({
                  receivers: event.currentTarget.checked ? [...chosen, name] : chosen.filter((other) => other !== name),
                })
              }
            />
            {name}
          </label>
        ))}
      </div>
      <small class="note" role={fault === undefined ? undefined : 'alert'}>
        {fault ??
          (names.value?.length === 0
            ? 'Webhooks, mails and Grafanas are made under “Receivers” on the page of all alerts'
            : '')}
      </small>
    </fieldset>
  );
}
