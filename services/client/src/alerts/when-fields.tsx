import { knownZones, zoneLabel, zoneName } from '../format/zone.ts';
import { fieldText, readField } from '../history/history-query.ts';
import { zone } from '../settings.ts';
import { Field } from './field.tsx';
import type { RuleDraft } from './rule-draft.ts';
import type { PartProps } from './rule-form.tsx';
import { SpanField } from './span-field.tsx';
import { DAYS } from './weekdays.ts';

/** When a rule may fire, how often, and until when. Closed where all is as usual. */
export function WhenFields(part: PartProps) {
  const { draft, change, faultOf } = part;
  const name = zoneName(zone.value);
  return (
    <details class="when" open={isUnusual(draft)}>
      <summary>How often, in which hours, until when</summary>
      <div class="fields">
        <label class="check">
          <input
            type="checkbox"
            checked={draft.once}
            onChange={(event) => change({ once: event.currentTarget.checked })}
          />
          Once for each stock, and never again
        </label>
        {!draft.once && (
          <SpanField
            label="Having fired, rests for"
            value={draft.rearm}
            fault={faultOf('rearm_seconds')}
            note="0: as soon as it is armed again"
            change={(rearm) => change({ rearm })}
          />
        )}
        <Field label={`Until (${zoneLabel(zone.value)} time)`} fault={faultOf('expires')} note="Empty: for ever">
          {(props) => (
            <input
              {...props}
              type="datetime-local"
              value={fieldText(name, draft.expires).slice(0, 16)}
              onChange={(event) => change({ expires: readField(name, event.currentTarget.value) })}
            />
          )}
        </Field>
      </div>
      <div class="fields">
        <label class="check">
          <input
            type="checkbox"
            checked={draft.hasHours}
            onChange={(event) => change({ hasHours: event.currentTarget.checked })}
          />
          Only in some hours
        </label>
        {draft.hasHours && <Hours {...part} />}
      </div>
    </details>
  );
}

function Hours({ draft, change, faultOf }: PartProps) {
  const toggle = (day: (typeof DAYS)[number]['day']): void =>
    change({
      weekdays: draft.weekdays.includes(day)
        ? draft.weekdays.filter((other) => other !== day)
        : [...draft.weekdays, day],
    });
  return (
    <>
      <Field label="From" fault={faultOf('active.from')}>
        {(props) => (
          <input
            {...props}
            type="time"
            value={draft.from}
            onChange={(event) => change({ from: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field
        label="To"
        fault={faultOf('active.to')}
        note={draft.to !== '' && draft.to <= draft.from ? 'On the next day' : undefined}
      >
        {(props) => (
          <input
            {...props}
            type="time"
            value={draft.to}
            onChange={(event) => change({ to: event.currentTarget.value })}
          />
        )}
      </Field>
      <fieldset class="field chip-field">
        <legend>Days</legend>
        <div class="chips">
          {DAYS.map(({ day, label }) => (
            <button key={day} type="button" aria-pressed={draft.weekdays.includes(day)} onClick={() => toggle(day)}>
              {label}
            </button>
          ))}
        </div>
        <small class="note" role="alert">
          {faultOf('active.days')}
        </small>
      </fieldset>
      <Field label="On the clock of" fault={faultOf('active.timezone')}>
        {(props) => (
          <select
            {...props}
            value={draft.timezone}
            onChange={(event) => change({ timezone: event.currentTarget.value })}
          >
            {[...new Set([draft.timezone, 'UTC', ...knownZones()])].map((choice) => (
              <option key={choice} value={choice}>
                {choice.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}

function isUnusual({ once, rearm, hasHours, expires }: RuleDraft): boolean {
  return once || Number(rearm.amount) > 0 || hasHours || expires !== undefined;
}
