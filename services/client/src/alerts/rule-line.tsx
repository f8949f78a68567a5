import { type AlertRule, type AlertRuleState, parseTime } from '@tickwatch/core';
import type { Change } from '../admin/use-change.ts';
import { realNowMs } from '../clock.ts';
import { dateTimeText, spanText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { ConfirmedButton } from '../ui/confirmed-button.tsx';
import { changeRule, deleteRule, readRule } from './alert-api.ts';
import { asNewRule } from './kept-rule.ts';
import { boundedText, conditionText, countOf, limitTexts, receiversText } from './rule-words.ts';
import { SnoozeMenu } from './snooze-menu.tsx';

interface Props {
  readonly rule: AlertRule;
  readonly isAdmin: boolean;
  readonly change: Change;
  /** Somebody changed it here. */
  readonly changed: () => void;
}

const STATES: Readonly<Record<AlertRuleState, { readonly mark: string; readonly word: string }>> = {
  watching: { mark: '●', word: 'Watching' },
  snoozed: { mark: '◐', word: 'Snoozed' },
  disabled: { mark: '○', word: 'Off' },
  expired: { mark: '○', word: 'Expired' },
  done: { mark: '✓', word: 'Done' },
};

/** A rule: how it stands, what it says, what it did. */
export function RuleLine({ rule, isAdmin, change, changed }: Props) {
  const run = (work: () => Promise<unknown>, done: string): void =>
    change.run(async () => {
      await work();
      changed();
      return done;
    });
  const limits = limitTexts(rule, zone.value);
  return (
    <li class={`rule ${rule.state}`} aria-label={rule.name}>
      <p class="rule-state">
        <i aria-hidden="true">{STATES[rule.state].mark}</i> {STATES[rule.state].word}
        {rule.state === 'snoozed' && rule.snoozed_until !== null && <small>until {timeText(rule.snoozed_until)}</small>}
      </p>
      <div class="rule-says">
        <strong>{rule.name}</strong>
        <p>
          When {conditionText(rule)}
          {limits.length > 0 && <small> · {limits.join(' · ')}</small>}
        </p>
        <p class="soft">
          {firedText(rule)}
          {rule.receivers !== undefined && ` · tells ${receiversText(rule)}`}
        </p>
      </div>
      {isAdmin && (
        <div class="rule-does">
          <a class="button" href={`/alerts?edit=${encodeURIComponent(rule.id)}`} aria-label={`Change ${rule.name}`}>
            Change
          </a>
          {rule.enabled && <SnoozeMenu rule={rule} run={run} />}
          <button
            type="button"
            class="button"
            disabled={change.busy}
            aria-label={`Switch ${rule.name} ${rule.enabled ? 'off' : 'on'}`}
            onClick={() =>
              run(
                // Of all that it is, as it is now: somebody else may have changed it since it was listed.
                async () => changeRule(rule.id, asNewRule(await readRule(rule.id), { enabled: !rule.enabled })),
                `“${rule.name}” is ${rule.enabled ? 'off' : 'on'}`,
              )
            }
          >
            Switch {rule.enabled ? 'off' : 'on'}
          </button>
          <ConfirmedButton
            action="Delete"
            label={`Delete ${rule.name}`}
            question={`Delete “${rule.name}”?`}
            busy={change.busy}
            onConfirm={() => run(() => deleteRule(rule.id), `“${rule.name}” is deleted`)}
          >
            It fires nothing any more. What it has fired stays in the history.
          </ConfirmedButton>
        </div>
      )}
    </li>
  );
}

function firedText({ id, fired, last_fired, beyond }: AlertRule) {
  const last = parseTime(last_fired ?? '');
  if (fired === 0 || last === undefined) return 'never fired';
  const ago = Math.max(0, realNowMs() / 1000 - last / 1e6);
  return (
    <>
      fired{' '}
      <a href={`/alerts?rule=${encodeURIComponent(id)}`} title="What this rule fired">
        {fired === 1 ? 'once' : `${boundedText(fired)} times`}
      </a>
      , {fired === 1 ? '' : 'last '}
      {spanText(Math.max(1, ago))} ago
      {beyond > 0 && ` · not armed again for ${countOf(beyond, 'stock')}`}
    </>
  );
}

function timeText(text: string): string {
  return dateTimeText(zone.value, parseTime(text) ?? 0);
}
