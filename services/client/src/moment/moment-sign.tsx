import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { nowMs } from '../clock.ts';
import { dateTimeText } from '../format/time-text.ts';
import { zone } from '../settings.ts';
import { goLive, leaps, moment } from './moment.ts';

const EVERY_MS = 250;

/** Of when what is shown is, and whether it plays; leads back to live. */
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
      {/* It would be read out with every second that is played. */}
      <time aria-live={playing ? 'off' : undefined}>
        <i aria-hidden="true">{playing ? '▶' : '❚❚'}</i> {dateTimeText(zone.value, nowMs() * 1000)}
      </time>
      <button type="button" class="button to-live" aria-keyshortcuts="N" title="Back to live (N)" onClick={goLive}>
        To live
      </button>
    </>
  );
}
