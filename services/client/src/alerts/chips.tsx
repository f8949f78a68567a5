interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly choose: (value: T) => void;
}

/** One of a few words, all of them seen. */
export function Chips<T extends string>({ label, value, choices, choose }: Props<T>) {
  return (
    <fieldset class="field chip-field">
      <legend>{label}</legend>
      <div class="chips">
        {choices.map((choice) => (
          <button
            key={choice.value}
            type="button"
            aria-pressed={choice.value === value}
            onClick={() => choose(choice.value)}
          >
            {choice.label}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
