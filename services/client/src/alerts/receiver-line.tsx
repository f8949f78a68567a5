import { type AlertReceiver, parseTime } from '@tickwatch/core';
import { dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { ConfirmedButton } from '../ui/confirmed-button.tsx';
import { boundedText, countOf } from './rule-words.ts';

interface Props {
  readonly receiver: AlertReceiver;
  readonly busy: boolean;
  readonly edit: () => void;
  readonly test: () => void;
  readonly remove: () => void;
}

export const TYPE_NAMES: Readonly<Record<AlertReceiver['type'], string>> = {
  webhook: 'Webhook',
  email: 'E-mail',
  grafana: 'Grafana',
};

/** A receiver: where it is, and how deliveries to it go. */
export function ReceiverLine({ receiver, busy, edit, test, remove }: Props) {
  const { name, type, target, rules, waiting, failed, last_error, last_delivered } = receiver;
  const last = parseTime(last_delivered ?? '');
  return (
    <li aria-label={name}>
      <div class="rule-says">
        <p>
          <strong>{name}</strong> <small>{TYPE_NAMES[type]}</small>
        </p>
        <p class="target">{target}</p>
        <p class="soft">
          {rules === 0 ? 'no rule tells it' : `told by ${countOf(rules, 'rule')}`}
          {last !== undefined && ` · last delivered ${dateTimeText(zone.value, last)}`}
          {waiting > 0 && ` · ${boundedText(waiting)} on their way`}
        </p>
        {failed > 0 && (
          <p class="bad">
            ✗ {boundedText(failed)} {failed === 1 ? 'delivery' : 'deliveries'} given up
          </p>
        )}
        {last_error !== null && <p class="bad">The last attempt failed: {last_error}</p>}
      </div>
      <div class="rule-does">
        <button type="button" class="button" disabled={busy} aria-label={`Test ${name}`} onClick={test}>
          Test
        </button>
        <button type="button" class="button" aria-label={`Change ${name}`} onClick={edit}>
          Change
        </button>
        <ConfirmedButton
          action="Delete"
          label={`Delete ${name}`}
          question={`Delete ${name}?`}
          busy={busy}
          onConfirm={remove}
        >
          Nothing is sent there any more. Rules that tell it must be told so first.
        </ConfirmedButton>
      </div>
    </li>
  );
}
