import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { nowMs } from '../clock.ts';
import { dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { goLive, leaps, moment } from './moment.ts';

const EVERY_MS = 250;

/** Says that what is shown is not live, and of when it is; leads back to live. In place of what says how live the page is. */
export function MomentSign() {
  const passed = useSignal(0);
  const playing = moment.value?.playing === true;
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => passed.value++, EVERY_MS);
    return () => clearInterval(timer);
  }, [playing]);
  passed.value;
  leaps.value;
  return (
    <>
      <output class="past-sign">
        <i aria-hidden="true">{playing ? '▶' : '❚❚'}</i>
        <strong>Not live</strong>
        {/* It would be read out with every second that is played. */}
        <time aria-live={playing ? 'off' : undefined}>{dateTimeText(zone.value, nowMs() * 1000)}</time>
      </output>
      <button type="button" class="button to-live" aria-keyshortcuts="N" title="Back to live (N)" onClick={goLive}>
        To live
      </button>
    </>
  );
}
