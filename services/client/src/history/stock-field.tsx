import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { countText } from '../format/number-text.ts';
import { MOST_MATCHES, meantStock, stockMatches } from './stock-matches.ts';

interface Props {
  readonly value: string;
  /** All stocks that are known. */
  readonly names: readonly string[];
  readonly choose: (stock: string) => void;
}

/** Names a stock: any text, with those that it may be offered while it is typed. Of many thousands only a few are offered. */
export function StockField({ value, names, choose }: Props) {
  const id = useId();
  /** undefined: nobody is typing. */
  const typed = useSignal<string | undefined>(undefined);
  const matches = typed.value === undefined ? [] : stockMatches(names, typed.value);
  const isCut = typed.value !== undefined && matches.length === MOST_MATCHES && names.length > MOST_MATCHES;
  return (
    <label class="field stock-field">
      <span>Stock</span>
      <input
        list={`${id}-stocks`}
        required
        maxLength={255}
        autocomplete="off"
        spellcheck={false}
        value={typed.value ?? value}
        aria-describedby={`${id}-note`}
        onFocus={(event) => {
          event.currentTarget.select();
          typed.value = value;
        }}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
        onBlur={() => {
          typed.value = undefined;
        }}
        onChange={(event) => choose(meantStock(names, event.currentTarget.value))}
      />
      <datalist id={`${id}-stocks`}>
        {matches.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <small id={`${id}-note`} class="note">
        {isCut && `${MOST_MATCHES} of ${countText(names.length)} stocks offered: type on`}
      </small>
    </label>
  );
}
