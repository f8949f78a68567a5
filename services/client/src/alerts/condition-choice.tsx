import type { AlertConditionType } from '@tickwatch/core';

interface Props {
  readonly chosen: AlertConditionType;
  readonly choose: (type: AlertConditionType) => void;
}

/** What can be watched, with a line drawing of it: paths in a box of 32 by 20. */
const CHOICES: readonly { readonly type: AlertConditionType; readonly label: string; readonly mark: string }[] = [
  { type: 'price_crosses', label: 'Price crosses a level', mark: 'M2 9H30M3 17 11 12 17 14 24 5 29 3' },
  { type: 'price_moves', label: 'Price moves', mark: 'M3 16H11L20 4H29M25 10V16M22 13 25 16 28 13' },
  { type: 'new_extreme', label: 'New high or low', mark: 'M3 15 8 8 13 14 19 7 23 11 28 3M25 3H29' },
  { type: 'silent', label: 'Falls silent', mark: 'M3 14 7 7 11 11 14 5M18 10H19M23 10H24M28 10H29' },
  { type: 'tick_rate', label: 'Ticks a minute', mark: 'M4 17V13M9 17V10M14 17V14M19 17V4M24 17V11M29 17V13' },
  { type: 'hole', label: 'Ticks are missing', mark: 'M3 13 8 7 12 10M21 9 25 12 29 6M14 4V17M18 4V17' },
  { type: 'outlier', label: 'An outlier', mark: 'M3 14 9 13 14 15 20 13 29 14M16.5 4H17.5V5H16.5Z' },
  { type: 'system', label: 'The system', mark: 'M6 4H26V9H6ZM6 12H26V17H6ZM10 6.5H11M10 14.5H11' },
];

/** The condition: one of a few kinds, by a click or the arrow keys. */
export function ConditionChoice({ chosen, choose }: Props) {
  return (
    <fieldset class="condition-choice">
      <legend>Tell me when</legend>
      <div>
        {CHOICES.map(({ type, label, mark }) => (
          <label key={type}>
            {/* Without a name the browser would not know which of them belong together. */}
            <input type="radio" name="condition" checked={type === chosen} onChange={() => choose(type)} />
            <svg viewBox="0 0 32 20" aria-hidden="true">
              <path d={mark} />
            </svg>
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
