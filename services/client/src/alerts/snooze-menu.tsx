import { type AlertRule, type EpochMicros, formatMicros } from '@tickwatch/core';
import { realNowMs } from '../clock.ts';
import { dayStart, zoneName } from '../format/zone.ts';
import { zone } from '../settings.ts';
import { Menu } from '../ui/menu.tsx';
import { snoozeRule } from './alert-api.ts';

interface Props {
  readonly rule: AlertRule;
  readonly run: (work: () => Promise<unknown>, done: string) => void;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Until when, epoch ms. */
const CHOICES: readonly { readonly label: string; readonly until: (now: number) => number }[] = [
  { label: '15 minutes', until: (now) => now + HOUR_MS / 4 },
  { label: 'An hour', until: (now) => now + HOUR_MS },
  { label: '4 hours', until: (now) => now + 4 * HOUR_MS },
  // Not 24 hours on: the day may have 23 or 25.
  {
    label: 'Until tomorrow',
    until: (now) => dayStart(zoneName(zone.peek()), dayStart(zoneName(zone.peek()), now) + 30 * HOUR_MS),
  },
  { label: 'A week', until: (now) => now + 7 * DAY_MS },
];

/** Silences a rule for a while, or ends that. What it knows goes on changing meanwhile. */
export function SnoozeMenu({ rule, run }: Props) {
  const { id, name, state } = rule;
  const snooze = (until: number | undefined, done: string): void => {
    const text = until === undefined ? null : formatMicros((Math.round(until) * 1000) as EpochMicros);
    run(() => snoozeRule(id, { until: text }), done);
  };
  return (
    <Menu label="Snooze" name={`Snooze ${name}`} active={state === 'snoozed'}>
      {(close) => (
        <div class="choice-list">
          {state === 'snoozed' && (
            <button
              type="button"
              onClick={() => {
                close();
                snooze(undefined, `“${name}” watches again`);
              }}
            >
              Wake it up now
            </button>
          )}
          {CHOICES.map(({ label, until }) => (
            <button
              key={label}
              type="button"
              onClick={() => {
                close();
                snooze(until(realNowMs()), `“${name}” is snoozed: ${label.toLowerCase()}`);
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </Menu>
  );
}
