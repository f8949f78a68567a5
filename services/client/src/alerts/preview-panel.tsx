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
            {found !== undefined && <Count rule={rule} found={found} />}
          </p>
          {found !== undefined && (
            <div class={busy ? 'dimmed' : ''}>
              {!isUnknown(rule, found) && <PreviewPicture rule={rule} found={found} />}
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

/** What history says nothing of; of short silences it doesn't. */
function isUnknown({ condition }: NewAlertRule, { fired }: AlertPreview): boolean {
  const isLookedFor = condition.type === 'tick_rate' ? condition.above !== undefined : condition.type !== 'system';
  return !isLookedFor || (condition.type === 'silent' && fired === 0);
}

interface CountProps {
  readonly rule: NewAlertRule;
  readonly found: AlertPreview;
}

function Count({ rule, found }: CountProps) {
  const { fired, complete, start_time, end_time } = found;
  const [start, end] = [parseTime(start_time) ?? 0, parseTime(end_time) ?? 0];
  const days = Math.round((end - start) / 86_400e6);
  // Where nothing was looked at, none is not a number.
  if (isUnknown(rule, found)) return <>How often it would have fired is not known</>;
  return (
    <>
      Would have fired <strong>{fired === 1 ? 'once' : `${countText(fired)} times`}</strong>{' '}
      <span title={`Since ${dateTimeText(zone.value, start)}`}>
        {days < 1 ? `since ${dateText(zone.value, start)}` : `in the last ${countOf(days, 'day')}`}
      </span>
      {!complete && ', as far as is known'}
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
