import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Market } from '../../board/market.ts';
import type { ChartChoices } from '../chart-choices.ts';
import { MOST_COMPARED, refusalOf } from '../compare/compared-names.ts';
import { findStocks } from '../compare/find-stocks.ts';

const MOST_FOUND = 8;

interface Props {
  readonly choices: ChartChoices;
  readonly market: Market;
  /** The chart's stock. */
  readonly own: string;
}

/** Finds a stock to compare with by typing. */
export function CompareMenu({ choices, market, own }: Props) {
  const id = useId();
  const typed = useSignal('');
  const active = useSignal(0);
  const refusal = useSignal('');
  const { compare } = choices;
  market.version.value;
  const names = function* () {
    for (const { stock } of market.rows.values()) if (stock !== own && !compare.value.includes(stock)) yield stock;
  };
  const found = findStocks(names(), typed.value, MOST_FOUND);
  const add = (stock: string | undefined): void => {
    const name = stock ?? typed.peek().trim();
    if (name === '') return;
    const why =
      refusalOf(name, compare.peek(), own) ?? (stock === undefined ? `No stock’s name has “${name}” in it` : '');
    refusal.value = why;
    if (why !== '') return;
    compare.value = [...compare.peek(), name];
    typed.value = '';
    active.value = 0;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) active.value = (active.value + step + found.length) % Math.max(1, found.length);
    else if (event.key === 'Enter') add(found[active.value]);
    else return;
    event.preventDefault();
  };
  const option = (index: number): string => `${id}-${index}`;
  return (
    <div class="compare-menu">
      <input
        type="search"
        // biome-ignore lint/a11y/noRedundantRoles: it is a combobox by its list of found stocks, which it has not by itself
        role="combobox"
        list={undefined}
        placeholder="Find a stock"
        aria-label="Stock to compare with"
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? option(active.value) : undefined}
        autocomplete="off"
        spellcheck={false}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          active.value = 0;
          refusal.value = '';
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Stocks" class="found">
        {found.map((stock, index) => (
          <button
            type="button"
            key={stock}
            id={option(index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === active.value}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => add(stock)}
          >
            {stock}
          </button>
        ))}
      </div>
      <p role="status" class="refusal">
        {refusal.value}
      </p>
      <p class="why">
        {compare.value.length === 0
          ? `Up to ${MOST_COMPARED - 1} more stocks, each in per cent of its price at the left edge.`
          : `${compare.value.length + 1} of ${MOST_COMPARED} stocks: ${[own, ...compare.value].join(', ')}.`}
      </p>
    </div>
  );
}
