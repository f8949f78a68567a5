import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo, useRef } from 'preact/hooks';
import type { Market } from '../board/market.ts';

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
  const offered = useMemo(() => stocksLike(typed.value, market), [typed.value, version, market]);
  useEffect(() => field.current?.focus(), []);
  const done = (name: string): void => {
    if (name === '' || name === stock) cancel?.();
    else choose(exactOr(name, market));
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

/** Stocks whose names begin with, or hold, what was typed. */
function stocksLike(typed: string, { rows }: Market): readonly string[] {
  const text = typed.trim().toLowerCase();
  const names = [...new Set([...rows.values()].map(({ stock }) => stock))];
  const found = names.filter((name) => name.toLowerCase().includes(text));
  const rank = (name: string): number => (name.toLowerCase().startsWith(text) ? 0 : 1);
  return found.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, MOST_OFFERED);
}

/** The name as it was typed, or the one stock that differs from it in capitals only. */
function exactOr(typed: string, { rows }: Market): string {
  const names = new Set([...rows.values()].map(({ stock }) => stock));
  if (names.has(typed)) return typed;
  const same = [...names].filter((name) => name.toLowerCase() === typed.toLowerCase());
  return same.length === 1 ? (same[0] ?? typed) : typed;
}
