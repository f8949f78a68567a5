import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { meantStock, stockMatches } from '../history/stock-matches.ts';
import { keptLists } from '../lists/kept-lists.ts';

interface Props {
  readonly stocks: readonly string[];
  /** All that are known. */
  readonly names: readonly string[];
  readonly fault: string | undefined;
  readonly change: (stocks: readonly string[]) => void;
}

/** Of none, of one, of several. */
const NOTES = ['Empty: all of them, also those that are still to come', '', 'Each for itself'];

/** Several stocks by name, each with a button that takes it off; none: all of them. */
export function StocksField({ stocks, names, fault, change }: Props) {
  const id = useId();
  const typed = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  const lists = keptLists.value.filter((list) => list.stocks.length > 0);
  const add = (more: readonly string[]): void => change([...new Set([...stocks, ...more])]);
  const take = (text: string): void => {
    typed.value = '';
    // Many at once, as they are copied from somewhere.
    const meant = (names.includes(text.trim()) ? [text] : text.split(/[,;\s]+/)).map((part) => meantStock(names, part));
    add(meant.filter((name) => name !== ''));
  };
  const remove = (name: string): void => {
    change(stocks.filter((other) => other !== name));
    field.current?.focus();
  };
  return (
    <div class={`field stocks-field ${fault === undefined ? '' : 'wrong'}`}>
      <label for={id}>Stocks</label>
      <div class="stock-chips">
        {stocks.map((name) => (
          <button
            key={name}
            type="button"
            aria-label={`Without ${name}`}
            title="Take it off"
            onClick={() => remove(name)}
          >
            {name} <span aria-hidden="true">×</span>
          </button>
        ))}
        <input
          ref={field}
          id={id}
          list={`${id}-names`}
          autocomplete="off"
          spellcheck={false}
          maxLength={4000}
          placeholder={stocks.length === 0 ? 'All' : 'One more'}
          aria-describedby={`${id}-note`}
          aria-invalid={fault !== undefined}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
          onChange={(event) => take(event.currentTarget.value)}
          onKeyDown={(event) => {
            const last = stocks.at(-1);
            if (event.key === 'Enter' && typed.value.trim() !== '') {
              // Enter in an empty field keeps the rule, as in the others.
              event.preventDefault();
              take(typed.value);
            } else if (event.key === 'Backspace' && typed.value === '' && last !== undefined) remove(last);
          }}
        />
        {lists.length > 0 && (
          <select
            aria-label="Add the stocks of a list"
            value=""
            onChange={({ currentTarget: select }) => {
              add(lists.find(({ name }) => name === select.value)?.stocks ?? []);
              select.value = '';
            }}
          >
            <option value="">Add a list…</option>
            {lists.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </div>
      <datalist id={`${id}-names`}>
        {typed.value.trim() !== '' &&
          stockMatches(names, typed.value).map((name) => <option key={name} value={name} />)}
      </datalist>
      <small id={`${id}-note`} class="note" role={fault === undefined ? undefined : 'alert'}>
        {fault ?? NOTES[Math.min(stocks.length, 2)]}
      </small>
    </div>
  );
}
