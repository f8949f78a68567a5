import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo, useRef } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { meantStock, stockMatches } from '../history/stock-matches.ts';

interface Props {
  readonly market: Market;
  /** What is chosen now; '': nothing. */
  readonly stock: string;
  readonly choose: (stock: string) => void;
  readonly cancel?: () => void;
}

const MOST_OFFERED = 12;

/** A field for a stock's name that offers those of the board. */
export function StockChooser({ market, stock, choose, cancel }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const typed = useSignal('');
  const id = useId();
  const version = market.version.value;
  const names = useMemo(() => [...new Set([...market.rows.values()].map((row) => row.stock))], [version, market]);
  const offered = useMemo(() => stockMatches(names, typed.value, MOST_OFFERED), [names, typed.value]);
  useEffect(() => field.current?.focus(), []);
  const done = (name: string): void => {
    if (name === '' || name === stock) cancel?.();
    else choose(meantStock(names, name));
  };
  return (
    <form
      class="stock-chooser"
      onSubmit={(event) => {
        event.preventDefault();
        done(typed.peek().trim());
      }}
    >
      <input
        ref={field}
        aria-label="Stock"
        placeholder={stock === '' ? 'Name of a stock' : stock}
        list={`${id}-names`}
        autocomplete="off"
        spellcheck={false}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => event.key === 'Escape' && cancel?.()}
      />
      <datalist id={`${id}-names`}>
        {offered.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <button type="submit" class="button">
        Show
      </button>
      {cancel === undefined && (
        <p class="offers">
          {offered.map((name) => (
            <button key={name} type="button" class="button" onClick={() => choose(name)}>
              {name}
            </button>
          ))}
        </p>
      )}
    </form>
  );
}
