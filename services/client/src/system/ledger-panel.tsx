import { type Ledger, parseTime } from '@tickwatch/core';
import { countText, fixedText, shortCount } from '../format/number-text.ts';
import { bytesText } from '../format/quantity-text.ts';
import { dateTimeText, spanText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { Figure } from '../stock/stock-figures.tsx';
import { ledgerAdvice } from './ledger-advice.ts';
import { LedgerTable } from './ledger-table.tsx';
import type { SystemSource } from './system-source.ts';
import { TimeChart } from './time-chart.tsx';

/** Where every tick is, what is lost and why, and the states that explain what waits. */
export function LedgerPanel({ source }: { readonly source: SystemSource }) {
  const { value: ledger, failure } = source.ledger.value;
  const rates = source.rates.value;
  return (
    <section class="panel">
      <header>
        <h2>Ledger</h2>
        <p>
          received = stored + rejected + refused + lost + waiting
          {ledger === undefined ? '' : `, since ${dateTimeText(zone.value, parseTime(ledger.since) ?? 0)}`}
        </p>
      </header>
      {failure !== undefined && (
        <p class="trouble" role="alert">
          The ledger can’t be read: {failure} {ledger === undefined ? '' : 'These are the last figures.'}
        </p>
      )}
      {ledger !== undefined && <LedgerTable ledger={ledger} />}
      {ledger !== undefined && <Advice ledger={ledger} />}
      <div class="split">
        <TimeChart
          label="Ticks a second"
          times={rates.map(({ time }) => time)}
          lines={[
            { name: 'received', tone: 'tone-1', values: rates.map(({ received }) => received) },
            { name: 'stored', tone: 'tone-2', values: rates.map(({ stored }) => stored) },
          ]}
          format={(value) => shortCount(Math.round(value))}
        />
        <States ledger={ledger} />
      </div>
    </section>
  );
}

function Advice({ ledger }: { readonly ledger: Ledger }) {
  const advice = ledgerAdvice(ledger, (time) => dateTimeText(zone.value, parseTime(time) ?? 0));
  if (advice.length === 0) return null;
  return (
    <ul class="advice" aria-label="What to do">
      {advice.map(({ title, text }) => (
        <li key={title}>
          <strong>{title}</strong> {text}
        </li>
      ))}
    </ul>
  );
}

function States({ ledger }: { readonly ledger: Ledger | undefined }) {
  const { log, feed, live, clock } = ledger ?? {};
  const share = log?.max_bytes ? log.bytes / log.max_bytes : undefined;
  return (
    <dl class="states">
      <Figure label="Feed" value={feed === undefined ? '–' : `${feed.kind}, ${feed.state}`} />
      <Figure label="Kept on" value={feed === undefined ? '–' : keeping(feed.durability)} />
      <Figure
        label="Role"
        title="A leader stores ticks; a follower hears them too and takes over when the leader is gone"
        value={ledger?.leadership.replace('-', ' ') ?? '–'}
      />
      <Figure
        label="Handed over"
        title="Ticks that waited when another subscriber took their lane over: it stores and counts them"
        value={figure(ledger?.handed_over)}
      />
      <Figure
        label="Log depth"
        title="Messages in the durable log"
        value={log === undefined ? '–' : `${countText(log.messages)} · ${bytesText(log.bytes)}`}
      />
      <Figure
        label="Log full"
        value={share === undefined ? 'no limit' : `${fixedText(share * 100, share < 0.1 ? 2 : 0)} %`}
      />
      <Figure label="Oldest waiting" value={ledger === undefined ? '–' : spanText(ledger.oldest_waiting_seconds)} />
      <Figure label="Pushed live" value={figure(live?.sent)} />
      <Figure
        label="Conflated"
        title="Ticks that a newer one of their stock replaced while the live server was slow"
        value={figure(live?.conflated)}
      />
      <Figure label="Waiting for live" value={figure(live?.waiting)} />
      <Figure
        label="Clock steps"
        title="How often the subscriber’s clock was set by more than a moment"
        value={figure(clock?.steps)}
      />
    </dl>
  );
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : countText(value);
}

function keeping(durability: string): string {
  return durability === 'spool' ? 'this machine’s disk' : durability === 'log' ? 'the source’s own log' : 'memory only';
}
