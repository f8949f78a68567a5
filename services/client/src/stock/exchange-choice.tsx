import { go } from '../router.ts';

interface Props {
  readonly stock: string;
  /** undefined: all of them are shown. */
  readonly exchange: string | undefined;
  readonly exchanges: readonly string[];
  /** The exchange whose price the head shows. */
  readonly priced: string | undefined;
}

/** Of a stock that is traded in several places: which of them is shown, and the choice of another. */
export function ExchangeChoice({ stock, exchange, exchanges, priced }: Props) {
  return (
    <div class="exchange-choice">
      <fieldset class="chips" aria-label="Exchange">
        <button type="button" aria-pressed={exchange === undefined} onClick={() => choose(undefined)}>
          All
        </button>
        {exchanges.map((name) => (
          <button key={name} type="button" aria-pressed={exchange === name} onClick={() => choose(name)}>
            {name}
          </button>
        ))}
      </fieldset>
      <span>
        {stock} is traded on {exchanges.slice(0, -1).join(', ')} and {exchanges[exchanges.length - 1]};{' '}
        {exchange === undefined
          ? `the chart has the ticks of all, the price above is that of ${priced ?? 'one of them'}.`
          : `only ${exchange} is shown.`}
      </span>
    </div>
  );
}

/** Another exchange of the same stock, in the same range. */
function choose(exchange: string | undefined): void {
  const query = new URLSearchParams(location.search);
  if (exchange === undefined) query.delete('exchange');
  else query.set('exchange', exchange);
  const text = query.toString();
  go(text === '' ? location.pathname : `${location.pathname}?${text}`);
}
