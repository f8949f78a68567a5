import { routeOf } from '../route.ts';
import { readSplitAddress } from '../split/read-split-address.ts';
import type { StepScope } from './steps.ts';

/** What steps of an address lead along: the stocks that it shows charts of, else all of the board's exchange. */
export function stepScope(path: string, query: URLSearchParams): StepScope {
  const route = routeOf(path, query);
  const exchange = query.get('exchange') || undefined;
  switch (route.view) {
    case 'stock':
      return { stocks: [route.stock], exchange };
    case 'split': {
      const stocks = readSplitAddress(query).charts.flatMap((chart) => chart?.stock ?? []);
      return { stocks: [...new Set(stocks)], exchange: undefined };
    }
    case 'history': {
      const stock = query.get('stock');
      return { stocks: stock === null || stock === '' ? [] : [stock], exchange };
    }
    case 'board':
      return { stocks: [], exchange };
    default:
      return { stocks: [], exchange: undefined };
  }
}
