import { useSignal } from '@preact/signals';
import type { AlertReceiver } from '@tickwatch/core';
import { useEffect } from 'preact/hooks';
import { admin } from '../admin/admin-token.ts';
import { useChange } from '../admin/use-change.ts';
import type { Part } from '../system/part.ts';
import { ChangeResult } from '../ui/change-result.tsx';
import { deleteReceiver, readReceivers, testReceiver } from './alert-api.ts';
import { ReceiverForm } from './receiver-form.tsx';
import { ReceiverLine } from './receiver-line.tsx';
import { VisitorNote } from './visitor-note.tsx';

const EVERY_MS = 5000;
const NONE = { value: undefined, failure: undefined };

/** For the administrator: where firings are sent, how that goes, and a way to try it. */
export function ReceiversPanel() {
  const isAdmin = admin.value.is === 'administrator';
  const found = useSignal<Part<readonly AlertReceiver[]>>(NONE);
  /** A receiver, `new`, or undefined: no form is open. */
  const form = useSignal<AlertReceiver | 'new' | undefined>(undefined);
  const again = useSignal(0);
  const change = useChange();
  useEffect(() => {
    if (!isAdmin) {
      found.value = NONE;
      return undefined;
    }
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        found.value = { value: await readReceivers(abort.signal), failure: undefined };
      } catch (error) {
        if (abort.signal.aborted) return;
        found.value = { value: found.peek().value, failure: (error as Error).message };
      }
      if (!abort.signal.aborted) timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [again.value, isAdmin]);
  // What is typed, and a key that is told once, outlast the token.
  if (!isAdmin && form.value === undefined) return null;
  const { value, failure } = found.value;
  const run = (work: () => Promise<unknown>, done: string): void =>
    change.run(async () => {
      await work();
      again.value++;
      return done;
    });
  return (
    <section class="panel" aria-label="Receivers">
      <header>
        <h2>Receivers</h2>
        <p>who is told, besides this page and the live channel</p>
        {form.value === undefined && (
          <button
            type="button"
            class="button"
            onClick={() => {
              form.value = 'new';
            }}
          >
            New receiver
          </button>
        )}
      </header>
      <VisitorNote what="To go on" open />
      {failure !== undefined && (
        <p class="trouble" role="alert">
          The receivers can’t be read: {failure}
        </p>
      )}
      {form.value !== undefined && (
        <ReceiverForm
          key={form.value === 'new' ? 'new' : form.value.id}
          receiver={form.value === 'new' ? undefined : form.value}
          kept={() => again.value++}
          close={() => {
            form.value = undefined;
          }}
        />
      )}
      {value?.length === 0 && form.value === undefined && (
        <p class="nothing-yet">
          None yet: a webhook, an address for mails, or a Grafana that shows firings on its panels.
        </p>
      )}
      <ul class="receivers" aria-label="Receivers">
        {value?.map((receiver) => (
          <ReceiverLine
            key={receiver.id}
            receiver={receiver}
            busy={change.busy}
            edit={() => {
              form.value = receiver;
            }}
            test={() => run(() => testReceiver(receiver.id), `A test is on its way to ${receiver.name}`)}
            remove={() => run(() => deleteReceiver(receiver.id), `${receiver.name} is deleted`)}
          />
        ))}
      </ul>
      <ChangeResult change={change} />
    </section>
  );
}
