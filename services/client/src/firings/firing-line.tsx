import { type AlertFiring, parseTime } from '@tickwatch/core';
import { realNowMs } from '../clock.ts';
import { clockText, dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { firingAddress } from './firing-text.ts';

interface Props {
  readonly firing: AlertFiring;
  readonly onFollow?: () => void;
}

const TODAY_MS = 12 * 3600 * 1000;

/** What fired and when, as a link to where it is seen. */
export function FiringLine({ firing, onFollow }: Props) {
  const micros = parseTime(firing.timestamp) ?? 0;
  const isRecent = realNowMs() - micros / 1000 < TODAY_MS;
  return (
    <a class="firing-line" href={firingAddress(firing)} title={firing.rule_name} onClick={onFollow}>
      <time dateTime={firing.timestamp}>{(isRecent ? clockText : dateTimeText)(zone.value, micros)}</time>{' '}
      <span>{firing.text}</span>
    </a>
  );
}
