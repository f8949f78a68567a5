import { useSignal } from '@preact/signals';

interface Props {
  /** What is looked for. */
  readonly value: string;
  readonly look: (name: string) => void;
}

/** Looks for rules by a part of their names. */
export function NameField({ value, look }: Props) {
  /** undefined: nobody is typing. */
  const typed = useSignal<string | undefined>(undefined);
  return (
    <label class="field">
      <span>Name</span>
      <input
        type="search"
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
        placeholder="Any"
        value={typed.value ?? value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
        onBlur={() => {
          typed.value = undefined;
        }}
        onChange={(event) => look(event.currentTarget.value.trim())}
      />
    </label>
  );
}
