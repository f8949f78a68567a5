import { parseTime } from '@tickwatch/core';
import { useEffect, useMemo } from 'preact/hooks';
import { realNowMs } from '../clock.ts';
import { countText } from '../format/number-text.ts';
import { spanText } from '../format/time-text.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { moment } from '../moment/moment.ts';
import { place } from '../router.ts';
import { Figure } from '../stock/stock-figures.tsx';
import { AddressNotice } from '../ui/address-notice.tsx';
import { CopyLink } from '../ui/copy-link.tsx';
import { Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AdminPanel } from './admin-panel.tsx';
import { adviceFor, partName } from './advice.ts';
import { CoveragePanel } from './coverage-panel.tsx';
import { Latency, readLatencyAddress } from './latency-panel.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import { RejectedPanel } from './rejected-panel.tsx';
import { SystemSource } from './system-source.ts';

/** How the system is, and what to do when it is not well. */
export function SystemView({ live }: { readonly live: LiveFeed }) {
  useTitle('System');
  const here = place.value;
  const address = useMemo(() => readLatencyAddress(here.query), [here]);
  const source = useMemo(() => new SystemSource(address.span), [address]);
  useEffect(() => source.start(), [source]);
  const { value: system, failure } = source.system.value;
  if (system === undefined) {
    return (
      <main class="page system">
        <h1 class="unseen">System</h1>
        {failure === undefined ? (
          <div class="skeleton system-wait" role="status" aria-label="Loading" />
        ) : (
          <Notice kind="bad" title="The system does not answer">
            {failure}. See that the backend runs; the page keeps asking every two seconds.
          </Notice>
        )}
      </main>
    );
  }
  return (
    <main class="page system">
      <h1 class="unseen">System</h1>
      <AddressNotice problems={address.problems} />
      {moment.value !== undefined && (
        <p class="now-note" role="note">
          The system’s figures are those of now: only prices, ages, charts and what these lack go to a moment of the
          past.
        </p>
      )}
      <CopyLink />
      <Health source={source} />
      <CoveragePanel />
      <LedgerPanel source={source} />
      <RejectedPanel source={source} />
      <Latency source={source} />
      <AdminPanel />
      <Versions source={source} live={live} />
    </main>
  );
}

function Health({ source }: { readonly source: SystemSource }) {
  const { value: system, failure } = source.system.value;
  const parts = Object.entries(system?.dependencies ?? {});
  const troubled = parts.filter(([, { ok }]) => !ok);
  const calm = troubled.length === 0 && failure === undefined;
  return (
    <section aria-label="Health">
      <p class={`verdict ${calm ? 'good' : 'bad'}`} role="status">
        {calm
          ? '✓ Everything works'
          : `✗ ${failure === undefined ? `${troubled.length} of ${parts.length} parts are not well` : `The API does not answer: ${failure}`}`}
      </p>
      <ul class="parts">
        {parts.map(([key, { ok, detail }]) => (
          <li key={key} class={ok ? 'good' : 'bad'}>
            <strong>
              <i aria-hidden="true">{ok ? '●' : '▲'}</i> {partName(key)}
            </strong>
            <span>{detail}</span>
            {!ok && <p>{adviceFor(key)}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Versions({ source, live }: { readonly source: SystemSource; readonly live: LiveFeed }) {
  const { value: system } = source.system.value;
  const started = parseTime(system?.started_at ?? '');
  return (
    <section class="panel versions">
      <dl class="states">
        <Figure label="Tickwatch" value={system?.version ?? '–'} />
        <Figure label="Node" value={system?.node_version ?? '–'} />
        <Figure label="PostgreSQL" value={system?.database_version ?? '–'} />
        <Figure
          label="Running for"
          value={started === undefined ? '–' : spanText((realNowMs() * 1000 - started) / 1e6)}
        />
        <Figure label="Ticks in this page" value={countText(live.received)} />
        <Figure label="This page is" value={live.state.value.state} />
      </dl>
      <p>
        <a href="/api/docs">API documentation</a>
      </p>
    </section>
  );
}
