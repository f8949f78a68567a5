import { useSignal } from '@preact/signals';
import type { AlertReceiver, NewAlertReceiver } from '@tickwatch/core';
import { useEffect, useRef } from 'preact/hooks';
import { changeReceiver, createReceiver } from './alert-api.ts';
import { Field, TextField } from './field.tsx';
import { TYPE_NAMES } from './receiver-line.tsx';
import { useFaults } from './use-faults.ts';

interface Props {
  /** The one that is changed; undefined: a new one. */
  readonly receiver: AlertReceiver | undefined;
  readonly kept: () => void;
  readonly close: () => void;
}

const TARGETS = {
  webhook: { label: 'URL', example: 'https://example.com/hooks/tickwatch', field: 'url' },
  email: { label: 'Address', example: 'desk@example.com', field: 'to' },
  grafana: { label: 'URL of the Grafana', example: 'https://grafana.example.com', field: 'url' },
} as const;

/** Makes or changes a receiver. A secret that the server makes is shown once, here. */
export function ReceiverForm({ receiver, kept, close }: Props) {
  const type = useSignal(receiver?.type ?? 'webhook');
  const name = useSignal(receiver?.name ?? '');
  const target = useSignal(receiver?.target ?? '');
  const secret = useSignal('');
  const told = useSignal<string | undefined>(undefined);
  const faults = useFaults(['name', 'url', 'to', 'secret', 'token']);
  const first = useRef<HTMLFormElement>(null);
  useEffect(() => first.current?.querySelector<HTMLElement>('select:enabled, input')?.focus(), []);
  const { label, example, field } = TARGETS[type.value];
  const submit = async (): Promise<void> => {
    const asked = asReceiver(type.value, name.value.trim(), target.value.trim(), secret.value.trim());
    const made = await faults.during(
      receiver === undefined ? createReceiver(asked) : changeReceiver(receiver.id, asked),
    );
    if (made === undefined) return;
    kept();
    if (made.secret === undefined || secret.value !== '') close();
    else told.value = made.secret;
  };
  if (told.value !== undefined) return <MadeSecret secret={told.value} close={close} />;
  return (
    <form
      ref={first}
      class="receiver-form"
      aria-label={receiver === undefined ? 'New receiver' : `Change ${receiver.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label="What" fault={undefined}>
        {(props) => (
          <select
            {...props}
            value={type.value}
            disabled={receiver !== undefined}
            onChange={(event) => {
              type.value = event.currentTarget.value as AlertReceiver['type'];
            }}
          >
            {Object.entries(TYPE_NAMES).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label="Name"
        value={name.value}
        fault={faults.of('name')}
        note="As rules call it"
        change={(text) => {
          name.value = text;
        }}
        input={{ required: true, maxLength: 200 }}
      />
      <TextField
        class="wide"
        label={label}
        value={target.value}
        fault={faults.of(field)}
        note={`As in ${example}`}
        change={(text) => {
          target.value = text;
        }}
        input={{ required: true, maxLength: 2000, inputMode: type.value === 'email' ? 'email' : 'url' }}
      />
      {type.value !== 'email' && (
        <TextField
          class="wide"
          label={type.value === 'webhook' ? 'Key of its signatures' : 'Token of a service account'}
          value={secret.value}
          fault={faults.of(type.value === 'webhook' ? 'secret' : 'token')}
          note={secretNote(type.value, receiver !== undefined)}
          change={(text) => {
            secret.value = text;
          }}
          input={{ type: 'password', autocomplete: 'new-password', maxLength: 500 }}
        />
      )}
      <p class="trouble" role="alert">
        {faults.rest}
      </p>
      <div class="form-end">
        <button type="submit" class="button main" disabled={faults.busy}>
          {faults.busy ? 'Keeping…' : 'Keep'}
        </button>
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function MadeSecret({ secret, close }: { readonly secret: string; readonly close: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <div class="made-secret" role="status">
      <p>
        The receiver is kept. This is the key of its signatures; it is told <strong>only now</strong>:
      </p>
      <code>{secret}</code>
      <button ref={button} type="button" class="button" onClick={close}>
        I have it
      </button>
    </div>
  );
}

function secretNote(type: 'webhook' | 'grafana', isKept: boolean): string {
  if (isKept) return 'Empty: it stays as it is';
  return type === 'webhook' ? 'Empty: one is made, and told once' : 'Who may write annotations';
}

function asReceiver(type: AlertReceiver['type'], name: string, target: string, secret: string): NewAlertReceiver {
  if (type === 'email') return { type, name, to: target };
  if (type === 'webhook') return { type, name, url: target, ...(secret === '' ? {} : { secret }) };
  return { type, name, url: target, ...(secret === '' ? {} : { token: secret }) };
}
