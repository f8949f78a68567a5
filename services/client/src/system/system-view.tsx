import { parseTime } from '@tickwatch/core';
import { useEffect, useMemo } from 'preact/hooks';
import { nowMs } from '../clock.ts';
import { countText, latencyText, shortCount } from '../format/number-text.ts';
import { spanText } from '../format/time-text.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { Figure } from '../stock/stock-figures.tsx';
import { Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AdminPanel } from './admin-panel.tsx';
import { adviceFor, partName } from './advice.ts';
import { CoveragePanel } from './coverage-panel.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import { RejectedPanel } from './rejected-panel.tsx';
import { SystemSource } from './system-source.ts';
import { TimeChart } from './time-chart.tsx';

const SPANS = [
  { label: '15 min', seconds: 900 },
  { label: '1 h', seconds: 3600 },
  { label: '6 h', seconds: 21_600 },
  { label: '24 h', seconds: 86_400 },
];

/** How the system is, and what to do when it is not well. */
export function SystemView({ live }: { readonly live: LiveFeed }) {
  useTitle('System');
  const source = useMemo(() => new SystemSource(), []);
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

function Latency({ source }: { readonly source: SystemSource }) {
  const { value: latency, failure } = source.latency.value;
  const steps = latency?.steps ?? [];
  const times = steps.map(({ time }) => (parseTime(time) ?? 0) / 1000);
  const range = {
    from: (parseTime(latency?.start_time ?? '') ?? 0) / 1000,
    to: (parseTime(latency?.end_time ?? '') ?? 1) / 1000,
  };
  return (
    <section class="panel">
      <header>
        <h2>Batch inserts</h2>
        <fieldset class="chips" aria-label="Range">
          {SPANS.map(({ label, seconds }) => (
            <button
              key={label}
              type="button"
              aria-pressed={source.span.value === seconds}
              onClick={() => source.look(seconds)}
            >
              {label}
            </button>
          ))}
        </fieldset>
      </header>
      {failure !== undefined && (
        <p class="trouble" role="alert">
          The measurements can’t be read: {failure}
        </p>
      )}
      <div class="split">
        <TimeChart
          label="Insert latency"
          times={times}
          {...range}
          lines={[
            { name: 'p50', tone: 'tone-2', values: steps.map(({ p50 }) => p50) },
            { name: 'p95', tone: 'tone-3', values: steps.map(({ p95 }) => p95) },
            { name: 'p99', tone: 'tone-1', values: steps.map(({ p99 }) => p99) },
          ]}
          format={latencyText}
        />
        <TimeChart
          label="Rows a flush"
          times={times}
          {...range}
          bars
          step={(latency?.step_seconds ?? 0) * 1000}
          lines={[{ name: 'mean', tone: 'tone-1', values: steps.map(({ rows_per_flush }) => rows_per_flush ?? 0) }]}
          format={(value) => shortCount(Math.round(value))}
        />
      </div>
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
        <Figure label="Running for" value={started === undefined ? '–' : spanText((nowMs() * 1000 - started) / 1e6)} />
        <Figure label="Ticks in this page" value={countText(live.received)} />
        <Figure label="This page is" value={live.state.value.state} />
      </dl>
      <p>
        <a href="/api/docs">API documentation</a>
      </p>
    </section>
  );
}
