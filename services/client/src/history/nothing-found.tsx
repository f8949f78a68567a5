import type { Market } from '../board/market.ts';
import { UnknownStock } from '../stock/late-notes.tsx';
import { useKnownStock } from '../stock/use-known-stock.ts';
import { Notice } from '../ui/notice.tsx';
import { type HistoryQuery, historyAddress } from './history-query.ts';

interface Props {
  readonly query: HistoryQuery;
  readonly market: Market;
}

/** Why a question has no tick for its answer: there is no such stock, or none in its range. */
export function NothingFound({ query, market }: Props) {
  const { stock, exchange } = query;
  const known = useKnownStock({ stock, exchange }, market);
  if (known.state.value === 'unknown') {
    return (
      <UnknownStock
        stock={stock}
        exchange={exchange}
        exchanges={known.exchanges.value}
        market={market}
        addressOf={(other, place) => historyAddress({ ...query, stock: other, exchange: place, cursor: undefined })}
      />
    );
  }
  return (
    <Notice title="No tick in this range">
      {stock} has no price {exchange !== undefined && `from ${exchange} `}between these two moments. Widen the range, or
      choose “All”.
    </Notice>
  );
}
