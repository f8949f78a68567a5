import { decoded } from '../../route.ts';

/** Stocks in one chart, its own among them. */
export const MOST_COMPARED = 6;

/** Reads `MSFT,TSLA`; a comma in a name is written `%2C`. What is named twice or is one too many is left out, with a reason. */
export function parseCompared(
  text: string | null,
  own: string | undefined,
): { readonly stocks: readonly string[]; readonly faults: readonly string[] } {
  const stocks: string[] = [];
  const faults: string[] = [];
  const surplus: string[] = [];
  for (const part of (text ?? '').split(',')) {
    const stock = decoded(part);
    if (stock === '' || stocks.includes(stock)) continue;
    if (stock === own) faults.push(ownRefusal(stock));
    else if (stocks.length < MOST_COMPARED - 1) stocks.push(stock);
    else surplus.push(stock);
  }
  if (surplus.length > 0) {
    const named = surplus.map((stock) => `“${stock}”`).join(', ');
    faults.push(
      `A chart compares ${MOST_COMPARED} stocks at most: ${named} ${surplus.length === 1 ? 'is' : 'are'} left out`,
    );
  }
  return { stocks, faults };
}

/** Why a stock can't be added to those of a chart; undefined: it can. */
export function refusalOf(stock: string, compared: readonly string[], own: string | undefined): string | undefined {
  if (stock === own) return ownRefusal(stock);
  if (compared.includes(stock)) return `“${stock}” is in the chart already`;
  if (compared.length < MOST_COMPARED - 1) return undefined;
  return `A chart compares ${MOST_COMPARED} stocks at most: remove one before “${stock}” can be added`;
}

/** undefined: none, which an address need not say. */
export function comparedText(stocks: readonly string[]): string | undefined {
  return stocks.length === 0
    ? undefined
    : stocks.map((stock) => stock.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');
}

function ownRefusal(stock: string): string {
  return `“${stock}” is the chart’s own stock: compare it with another one`;
}
