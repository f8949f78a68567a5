import { type AlertPreview, type NewAlertRule, parseTime } from '@tickwatch/core';
import { countText } from '../format/number-text.ts';
import { dateText, dateTimeText } from '../format/time-text.ts';
import { stockAddress } from '../route.ts';
import { zone } from '../settings.ts';
import { PreviewPicture } from './preview-picture.tsx';
import { countOf, ruleSentence } from './rule-words.ts';
import type { Preview } from './use-preview.ts';

interface Props {
  /** undefined: the form is not whole yet. */
  readonly rule: NewAlertRule | undefined;
  readonly preview: Preview;
}

/** So many places are named; the picture has all that the answer has. */
const NAMED = 5;

/** The rule in words, and what it would have fired. */
export function PreviewPanel({ rule, preview }: Props) {
  const { found, busy, failure } = preview;
  return (
    <section class="panel preview" aria-label="Preview" aria-busy={busy}>
      <p class="sentence">
        {rule === undefined ? 'Fill in what is missing: then it stands here in words.' : ruleSentence(rule, zone.value)}
      </p>
      {rule !== undefined && (
        <>
          <p class="would-have" role="status">
            {busy && found === undefined && 'Looking at the last 30 days…'}
            {failure !== undefined && !busy && `What it would have fired is not known: ${failure}`}
            {found !== undefined && <Count found={found} />}
          </p>
          {found !== undefined && (
            <div class={busy ? 'dimmed' : ''}>
              <PreviewPicture rule={rule} found={found} />
              <Places found={found} />
              {found.note !== null && (
                <p class={found.complete ? 'soft' : 'lacks'}>
                  {found.complete ? found.note : `▨ Not complete: ${found.note}`}
                </p>
              )}
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Count({ found: { fired, start_time, end_time } }: { readonly found: AlertPreview }) {
  const [start, end] = [parseTime(start_time) ?? 0, parseTime(end_time) ?? 0];
  const days = Math.round((end - start) / 86_400e6);
  return (
    <>
      Would have fired <strong>{fired === 1 ? 'once' : `${countText(fired)} times`}</strong>{' '}
      <span title={`Since ${dateTimeText(zone.value, start)}`}>
        {days < 1 ? `since ${dateText(zone.value, start)}` : `in the last ${countOf(days, 'day')}`}
      </span>
    </>
  );
}

/** The newest of them, with ways to their charts. */
function Places({ found: { places } }: { readonly found: AlertPreview }) {
  return (
    <ol class="places" aria-label="The newest of them">
      {places
        .slice(-NAMED)
        .reverse()
        .map(({ stock_name, exchange_name, timestamp, text }, index) => {
          const when = dateTimeText(zone.value, parseTime(timestamp) ?? 0);
          return (
            <li key={index}>
              <time dateTime={timestamp}>{when}</time>
              {stock_name === null ? (
                <span>{text}</span>
              ) : (
                // In a tab of its own: the form would be lost.
                <a
                  target="_blank"
                  href={stockAddress(stock_name, exchange_name ?? undefined, { at: timestamp })}
                  rel="noopener"
                >
                  {text}
                </a>
              )}
            </li>
          );
        })}
    </ol>
  );
}
