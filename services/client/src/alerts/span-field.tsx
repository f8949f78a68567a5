import { Field } from './field.tsx';
import { SPAN_UNITS, type Span, type SpanUnit, UNIT_NAMES } from './span.ts';

interface Props {
  readonly label: string;
  readonly value: Span;
  readonly fault: string | undefined;
  readonly note?: string;
  readonly change: (value: Span) => void;
}

/** A length of time: a number, and of what. */
export function SpanField({ label, value, fault, note, change }: Props) {
  return (
    <Field label={label} fault={fault} note={note} class="span-field">
      {(props) => (
        <span class="pair">
          <input
            {...props}
            inputMode="decimal"
            autocomplete="off"
            maxLength={9}
            value={value.amount}
            onInput={(event) => change({ ...value, amount: event.currentTarget.value })}
          />
          <select
            aria-label={`${label}: unit`}
            value={value.unit}
            onChange={(event) => change({ ...value, unit: event.currentTarget.value as SpanUnit })}
          >
            {SPAN_UNITS.map((unit) => (
              <option key={unit} value={unit}>
                {UNIT_NAMES[unit]}
              </option>
            ))}
          </select>
        </span>
      )}
    </Field>
  );
}
