import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Market } from '../board/market.ts';
import { moment } from '../moment/moment.ts';
import { go, place } from '../router.ts';
import { AddressNotice } from '../ui/address-notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { type AlertsAddress, readAlertsAddress } from './alerts-address.ts';
import { AlertsSource } from './alerts-source.ts';
import { FiringsPanel } from './firings-panel.tsx';
import { ReceiversPanel } from './receivers-panel.tsx';
import { RuleEditor } from './rule-editor.tsx';
import { RulesPanel } from './rules-panel.tsx';

/** Rules that say when somebody wants to hear of something, what they fired, and who is told. */
export function AlertsView({ market }: { readonly market: Market }) {
  const parameters = place.value.query.toString();
  const address = useMemo(() => readAlertsAddress(new URLSearchParams(parameters)), [parameters]);
  const { form } = address;
  useTitle(form === undefined ? 'Alerts' : form.is === 'new' ? 'New rule' : 'Change a rule');
  /** What came of the form that was left last. */
  const news = useSignal('');
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(form);
  useEffect(() => {
    // What had the focus is gone with the form.
    if (before.current !== undefined && form === undefined) heading.current?.focus({ preventScroll: true });
    if (form !== undefined) news.value = '';
    before.current = form;
  }, [form]);
  return (
    <main class="page alerts">
      <h1 ref={heading} class="unseen" tabIndex={-1}>
        Alerts
      </h1>
      <AddressNotice problems={address.problems} />
      {moment.value !== undefined && (
        <p class="now-note" role="note">
          Rules, and what they fired, are those of now: they know nothing of the moment of the past that the page shows.
        </p>
      )}
      <p class="result good" role="status">
        {news.value}
      </p>
      {form === undefined ? (
        <AlertLists market={market} address={address} />
      ) : (
        <RuleEditor
          key={parameters}
          market={market}
          form={form}
          kept={(text) => {
            news.value = text;
            go('/alerts');
          }}
        />
      )}
    </main>
  );
}

interface ListsProps {
  readonly market: Market;
  readonly address: AlertsAddress;
}

function AlertLists({ market, address }: ListsProps) {
  const { stock, rule, name } = address;
  const source = useMemo(() => new AlertsSource({ stock, rule, name }), [stock, rule, name]);
  useEffect(() => source.start(), [source]);
  return (
    <>
      <RulesPanel source={source} market={market} stock={stock} name={name} />
      <FiringsPanel source={source} stock={stock} rule={rule} />
      <ReceiversPanel />
    </>
  );
}
