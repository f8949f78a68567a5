import type { AlertFiring } from '@tickwatch/core';
import { admin } from '../admin/admin-token.ts';
import { apiPath } from '../api/http.ts';
import { countText } from '../format/number-text.ts';
import { type AlertsSource, MOST } from './alerts-source.ts';
import { FiringLine } from './firing-line.tsx';

interface Props {
  readonly source: AlertsSource;
  readonly stock: string | undefined;
  /** Only what this rule fired. */
  readonly rule: string | undefined;
}

/** What the rules fired, newest first. */
export function FiringsPanel({ source, stock, rule }: Props) {
  const { value, failure } = source.firings.value;
  return (
    <section class="panel" aria-label="History">
      <header>
        <h2>Fired</h2>
        <p>{whatText(value?.rows, stock, rule)}, newest first</p>
        {rule !== undefined && (
          <a class="button" href={apiPath('/alerts', { stock })}>
            All rules
          </a>
        )}
      </header>
      {failure !== undefined && (
        <p class="trouble" role="alert">
          What fired can’t be read: {failure}
        </p>
      )}
      {value === undefined && failure === undefined && (
        <div class="skeleton alerts-wait" role="status" aria-label="Loading what fired" />
      )}
      {value?.rows.length === 0 && (
        <p class="nothing-yet">Nothing has fired{stock !== undefined && ` for ${stock}`} yet.</p>
      )}
      <ol class="firings" aria-label="Fired">
        {value?.rows.map((firing) => (
          <FiringLine key={firing.id} firing={firing} isAdmin={admin.value.is === 'administrator'} />
        ))}
      </ol>
      {value?.next !== undefined &&
        (source.firingsShown.value < MOST ? (
          <button type="button" class="button more" onClick={() => source.showMore('firings')}>
            Show older ones
          </button>
        ) : (
          <p class="soft">
            The newest {countText(MOST)} are shown;{' '}
            <a href={apiPath('/api/alerts/firings', { stock, rule })}>the API</a> has all of them.
          </p>
        ))}
    </section>
  );
}

function whatText(
  rows: readonly AlertFiring[] | undefined,
  stock: string | undefined,
  rule: string | undefined,
): string {
  const name = rows?.[0]?.rule_name;
  const who = rule === undefined ? 'all rules' : name === undefined ? 'one rule' : `“${name}”`;
  return `what ${who} fired${stock === undefined ? '' : ` for ${stock}`}`;
}
