import type { AlertRule } from '@tickwatch/core';
import { useMemo } from 'preact/hooks';
import { admin } from '../admin/admin-token.ts';
import { useChange } from '../admin/use-change.ts';
import { apiPath } from '../api/http.ts';
import type { Market } from '../board/market.ts';
import { countText } from '../format/number-text.ts';
import { StockField } from '../history/stock-field.tsx';
import { useKeys } from '../keys/use-keys.ts';
import { go } from '../router.ts';
import { ChangeResult } from '../ui/change-result.tsx';
import { useFocusMovesOn } from '../ui/use-focus-moves-on.ts';
import type { AlertPage } from './alert-api.ts';
import { type AlertsSource, MOST } from './alerts-source.ts';
import { NameField } from './name-field.tsx';
import { RuleLine } from './rule-line.tsx';
import { countOf } from './rule-words.ts';
import { VisitorNote } from './visitor-note.tsx';

interface Props {
  readonly source: AlertsSource;
  readonly market: Market;
  /** Only rules that watch this one. */
  readonly stock: string | undefined;
  /** Only those whose names hold this. */
  readonly name: string | undefined;
}

const NEW = '/alerts?new=price_crosses';

/** The rules with how each stands, and what can be done with them. */
export function RulesPanel({ source, market, stock, name }: Props) {
  const { value, failure } = source.rules.value;
  const change = useChange();
  const list = useFocusMovesOn();
  const isAdmin = admin.value.is === 'administrator';
  const address = stock === undefined ? NEW : `${NEW}&stock=${encodeURIComponent(stock)}`;
  useKeys('Alerts', [{ keys: ['n'], does: 'Makes a new rule', run: () => go(address) }]);
  const version = market.version.value;
  const names = useMemo(() => [...new Set([...market.rows.values()].map((row) => row.stock))], [version]);
  return (
    <section class="panel" aria-label="Rules">
      <header>
        <h2>Rules</h2>
        <p>{value === undefined ? 'what fires, and when' : summary(value)}</p>
        <a class="button main" href={address} aria-keyshortcuts="N">
          New rule
        </a>
      </header>
      <VisitorNote what="To make or change rules" />
      <div class="alert-filter">
        <StockField
          key={stock ?? ''}
          value={stock ?? ''}
          names={names}
          choose={(chosen) => go(apiPath('/alerts', { stock: chosen || undefined, name }))}
        />
        <NameField value={name ?? ''} look={(text) => go(apiPath('/alerts', { stock, name: text || undefined }))} />
        {(stock ?? name) !== undefined && (
          <a class="button" href="/alerts">
            All rules
          </a>
        )}
      </div>
      <ChangeResult change={change} />
      {failure !== undefined && (
        <p class="trouble" role="alert">
          The rules can’t be read: {failure}
        </p>
      )}
      {value === undefined && failure === undefined && (
        <div class="skeleton alerts-wait" role="status" aria-label="Loading rules" />
      )}
      {value?.rows.length === 0 && (
        <p class="nothing-yet">
          {name !== undefined
            ? `No rule has “${name}” in its name${stock === undefined ? '' : ` and watches ${stock}`}.`
            : stock === undefined
              ? 'There is no rule yet. A rule says when you want to hear of something: a price that crosses a level, a stock that falls silent, ticks that are missing.'
              : `No rule watches ${stock}.`}
        </p>
      )}
      <ul ref={list} class="rules" aria-label="Rules">
        {value?.rows.map((rule) => (
          <RuleLine key={rule.id} rule={rule} isAdmin={isAdmin} change={change} changed={() => source.look()} />
        ))}
      </ul>
      {value?.next !== undefined &&
        (source.rulesShown.value < MOST ? (
          <button type="button" class="button more" onClick={() => source.showMore('rules')}>
            Show more rules
          </button>
        ) : (
          <p class="soft">The newest {countText(MOST)} are shown: a stock, or a part of a name, finds the others.</p>
        ))}
    </section>
  );
}

function summary({ rows, next }: AlertPage<AlertRule>): string {
  const watching = rows.filter(({ state }) => state === 'watching').length;
  return `${countOf(rows.length, 'rule')}${next === undefined ? '' : ' and more'}, ${watching === rows.length ? 'all watching' : `${countText(watching)} watching`}`;
}
