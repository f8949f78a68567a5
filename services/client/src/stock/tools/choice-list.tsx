interface Props<T> {
  readonly name: string;
  readonly choices: readonly { readonly value: T; readonly label: string; readonly hint?: string }[];
  readonly chosen: T | undefined;
  readonly choose: (value: T) => void;
}

/** Buttons one under the other of which one is chosen. */
export function ChoiceList<T>({ name, choices, chosen, choose }: Props<T>) {
  return (
    <fieldset class="choice-list" aria-label={name}>
      {choices.map(({ value, label, hint }) => (
        <button key={label} type="button" aria-pressed={value === chosen} onClick={() => choose(value)}>
          {label}
          {hint !== undefined && <span class="why">{hint}</span>}
        </button>
      ))}
    </fieldset>
  );
}
