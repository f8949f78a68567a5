import { useMemo } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { Field } from './field.tsx';
import type { PartProps } from './rule-form.tsx';
import { isAboutStocks } from './rule-of-draft.ts';
import { StocksField } from './stocks-field.tsx';

/** Which stocks and exchange a rule is about. */
export function ScopeFields({ market, draft, change, faultOf }: PartProps & { readonly market: Market }) {
  const version = market.version.value;
  const rows = useMemo(() => [...market.rows.values()], [version]);
  const names = useMemo(() => [...new Set(rows.map(({ stock }) => stock))], [rows]);
  const { stocks, exchange, type } = draft;
  const isNamed = stocks.length > 0 && isAboutStocks(type);
  // An exchange that has none of the stocks is of no use to them; one that is chosen stays to be seen.
  const exchanges = new Set(rows.filter(({ stock }) => !isNamed || stocks.includes(stock)).map((row) => row.exchange));
  if (exchange !== '') exchanges.add(exchange);
  return (
    <div class="fields">
      {isAboutStocks(type) && (
        <StocksField
          stocks={stocks}
          names={names}
          fault={faultOf('stocks')}
          change={(chosen) => change({ stocks: chosen })}
        />
      )}
      <Field label="Exchange" fault={faultOf('exchange')}>
        {(props) => (
          <select {...props} value={exchange} onChange={(event) => change({ exchange: event.currentTarget.value })}>
            <option value="">All</option>
            {[...exchanges].sort().map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
