import { type AlertConditionType, type EpochMicros, formatMicros, type NewAlertRule } from '@tickwatch/core';
import { conditionOf } from './draft-condition.ts';
import type { RuleDraft } from './rule-draft.ts';
import { readSpan } from './span.ts';

/** What is wrong, by field, as the API names them: `level`, `within_seconds`, `active.from`. */
export type Faults = Readonly<Record<string, string>>;

export type ReadDraft =
  | { readonly rule: NewAlertRule; readonly faults?: undefined }
  | { readonly rule?: undefined; readonly faults: Faults };

/** Which stocks a condition is about: it may be about exchanges or the system as a whole. */
export function isAboutStocks(type: AlertConditionType): boolean {
  return type !== 'system' && type !== 'hole';
}

/** The rule that a form says, or what of it says nothing yet. @param suggested its name where none is typed */
export function ruleOf(draft: RuleDraft, suggested: (rule: NewAlertRule) => string): ReadDraft {
  const faults: Record<string, string> = {};
  const condition = conditionOf(draft, faults);
  const rearm = readSpan(draft.rearm);
  if (rearm === undefined) faults.rearm_seconds = 'A number of 0 or more, please';
  if (draft.hasHours && draft.weekdays.length === 0) faults['active.days'] = 'Choose a day, or all hours';
  if (draft.hasHours && draft.from === '') faults['active.from'] = 'From when?';
  if (draft.hasHours && draft.to === '') faults['active.to'] = 'Until when?';
  if (condition === undefined || rearm === undefined || Object.keys(faults).length > 0) return { faults };
  const rule: NewAlertRule = {
    name: draft.name.trim(),
    condition,
    ...(draft.exchange === '' ? {} : { exchange: draft.exchange }),
    ...(draft.stocks.length === 0 || !isAboutStocks(draft.type) ? {} : { stocks: [...draft.stocks] }),
    ...(draft.once ? { once: true } : {}),
    ...(rearm === 0 || draft.once ? {} : { rearm_seconds: rearm }),
    ...(draft.hasHours ? { active: hoursOf(draft) } : {}),
    ...(draft.expires === undefined ? {} : { expires: formatMicros(draft.expires as EpochMicros) }),
    ...(draft.enabled ? {} : { enabled: false }),
    receivers: [...draft.receivers],
  };
  return { rule: rule.name === '' ? { ...rule, name: suggested(rule) } : rule };
}

function hoursOf({ from, to, weekdays, timezone }: RuleDraft): NonNullable<NewAlertRule['active']> {
  // Midnight at the end is that of the next day.
  const hours = { from, to: to === '00:00' ? '24:00' : to, timezone };
  return weekdays.length === 7 ? hours : { ...hours, days: [...weekdays] };
}
