import { useSignal } from '@preact/signals';
import { nearNames, type PricePoint, parseTime } from '@tickwatch/core';
import { useEffect, useMemo } from 'preact/hooks';
import { getJson } from '../api/http.ts';
import type { Market } from '../board/market.ts';
import { dateTimeText } from '../format/time-text.ts';
import { goToMoment, leaps, moment } from '../moment/moment.ts';
import { zone } from '../settings.ts';
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
  const first = useSignal<number | undefined>(undefined);
  const leap = leaps.value;
  useEffect(() => {
    first.value = undefined;
    if (moment.peek() === undefined) return undefined;
    const abort = new AbortController();
    // Without an answer it is said as of now; the status bar tells of trouble with the API.
    firstTick(stock, exchange, abort.signal).then((time) => (first.value = time), ignored);
    return () => abort.abort();
  }, [stock, exchange, leap]);
  const near = useMemo(() => nearStocks(stock, market), [stock, market, version]);
  if (exchange !== undefined && exchanges.length > 0 && first.value === undefined) {
    return (
      <Notice title={`“${stock}” has no tick on ${exchange}`}>
        It has on <List names={exchanges} hrefOf={(other) => addressOf(stock, other)} />. When one comes from {exchange}
        , it is shown here by itself.
      </Notice>
    );
  }
  if (first.value !== undefined && moment.value !== undefined) {
    const at = first.value;
    return (
      <Notice
        title={`“${stock}” had no tick yet`}
        action={`Go to ${dateTimeText(zone.value, at)}`}
        onAction={() => goToMoment(at)}
      >
        At the moment that the page shows, none had come{exchange !== undefined && ` from ${exchange}`}. Its first one
        came later.
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

/** Whatever the page shows; epoch µs. */
async function firstTick(
  stock: string,
  exchange: string | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  const path = `/api/prices/${encodeURIComponent(stock)}`;
  const { body } = await getJson<readonly PricePoint[]>(path, { limit: 1, exchange }, signal, 'now');
  return body[0] && parseTime(body[0].timestamp);
}

function ignored(): void {}

/** Stocks of the board whose names are near in spelling. */
function nearStocks(stock: string, { rows }: Market): readonly string[] {
  const names = new Set([...rows.values()].map((row) => row.stock));
  names.delete(stock);
  return nearNames(stock, [...names], MOST_NAMES);
}
