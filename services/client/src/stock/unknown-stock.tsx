import { nearNames } from '@tickwatch/core';
import { useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { Notice } from '../ui/notice.tsx';

interface Props {
  readonly stock: string;
  /** Only there it is not known; undefined: nowhere. */
  readonly exchange?: string | undefined;
  /** Where it is known. */
  readonly exchanges?: readonly string[];
  readonly market: Market;
  /** Where a name, or the same on another exchange, is shown instead. */
  readonly addressOf: (stock: string, exchange?: string) => string;
}

const MOST_NAMES = 6;

/** Says that a stock has no tick yet, and which ones may be meant. Whoever shows it takes it away when a tick comes. */
export function UnknownStock({ stock, exchange, exchanges = [], market, addressOf }: Props) {
  const version = market.version.value;
  const near = useMemo(() => nearStocks(stock, market), [stock, market, version]);
  if (exchange !== undefined && exchanges.length > 0) {
    return (
      <Notice title={`“${stock}” has no tick on ${exchange}`}>
        It has on <List names={exchanges} hrefOf={(other) => addressOf(stock, other)} />. When one comes from {exchange}
        , it is shown here by itself.
      </Notice>
    );
  }
  return (
    <Notice title={`There is no stock “${stock}” yet`}>
      {near.length > 0 && (
        <>
          Did you mean <List names={near} hrefOf={(name) => addressOf(name)} />?{' '}
        </>
      )}
      No tick of that name has come. With its first one it is shown here by itself. <a href="/">All stocks</a>
    </Notice>
  );
}

function List({ names, hrefOf }: { readonly names: readonly string[]; readonly hrefOf: (name: string) => string }) {
  return (
    <>
      {names.map((name, index) => (
        <span key={name}>
          {index > 0 && (index === names.length - 1 ? ' or ' : ', ')}
          <a href={hrefOf(name)}>{name}</a>
        </span>
      ))}
    </>
  );
}

/** Stocks of the board whose names are near in spelling. */
function nearStocks(stock: string, { rows }: Market): readonly string[] {
  const names = new Set([...rows.values()].map((row) => row.stock));
  names.delete(stock);
  return nearNames(stock, [...names], MOST_NAMES);
}
