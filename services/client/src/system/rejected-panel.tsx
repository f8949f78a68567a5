import { parseTime, type Rejected } from '@tickwatch/core';
import { countText } from '../format/number-text.ts';
import { bytesText } from '../format/quantity-text.ts';
import { dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { ScrollArea } from '../ui/scroll-area.tsx';
import { ClearRejected } from './clear-rejected.tsx';
import type { SystemSource } from './system-source.ts';

/** More of a message than this is no example any more. */
const SHOWN_CHARACTERS = 160;

/** What came and was no tick: how much of it, why, and how the newest looks. */
export function RejectedPanel({ source }: { readonly source: SystemSource }) {
  const { value: rejected, failure } = source.rejected.value;
  return (
    <section class="panel rejected" aria-label="Rejected messages">
      <header>
        <h2>Rejected messages</h2>
        <p>
          what came and was no tick · <a href="/api/rejected">all of it</a>
        </p>
        <ClearRejected source={source} />
      </header>
      {failure !== undefined && (
        <p class="trouble" role="alert">
          They can’t be read: {failure}
        </p>
      )}
      {rejected !== undefined && rejected.counts.length === 0 && rejected.messages.length === 0 && (
        <p class="good">✓ None: everything that came was a tick</p>
      )}
      {rejected !== undefined && rejected.counts.length > 0 && <Counts counts={rejected.counts} />}
      {rejected !== undefined && rejected.messages.length > 0 && <Newest messages={rejected.messages} />}
    </section>
  );
}

function Counts({ counts }: Pick<Rejected, 'counts'>) {
  return (
    <ScrollArea label="Rejected messages by exchange">
      <table class="ledger">
        <caption class="unseen">Rejected messages by exchange and reason</caption>
        <thead>
          <tr>
            <th scope="col">Exchange</th>
            <th scope="col">Reason</th>
            <th scope="col" class="number">
              Messages
            </th>
            <th scope="col">Last</th>
          </tr>
        </thead>
        <tbody>
          {counts.map(({ exchange_name, reason, count, last_at }) => (
            <tr key={`${exchange_name} ${reason}`}>
              <th scope="row">{exchange_name}</th>
              <td>{reason.replaceAll('_', ' ')}</td>
              <td class="number">{countText(count)}</td>
              <td>{whenText(last_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Newest({ messages }: Pick<Rejected, 'messages'>) {
  return (
    <ol class="newest" aria-label="The newest that are kept">
      {messages.map(({ id, received_at, exchange_name, detail, message, bytes }) => (
        <li key={id}>
          <code>{message === '' ? '(nothing)' : shortened(message)}</code>
          <span>{detail}</span>
          <small>
            {exchange_name} · {whenText(received_at)} · {bytesText(bytes)}
          </small>
        </li>
      ))}
    </ol>
  );
}

function shortened(message: string): string {
  const letters = [...message];
  return letters.length > SHOWN_CHARACTERS ? `${letters.slice(0, SHOWN_CHARACTERS).join('')}…` : message;
}

function whenText(time: string): string {
  return dateTimeText(zone.value, parseTime(time) ?? 0);
}
