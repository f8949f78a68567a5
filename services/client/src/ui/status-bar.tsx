import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { apiTrouble } from '../api/http.ts';
import type { Market } from '../board/market.ts';
import { clockSkew } from '../clock.ts';
import { spanText } from '../format/time-text.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { moment } from '../moment/moment.ts';
import { MomentSign } from '../moment/moment-host.tsx';

interface Props {
  readonly live: LiveFeed;
  readonly market: Market;
}

const CLOCK_TITLE =
  'This device’s clock differs from the server’s. Prices’ ages and times, charts and “now” go by the server’s clock.';

/** `5 min ahead`, `1 h 00 behind`. */
function skewText(seconds: number): string {
  return `${spanText(Math.abs(seconds))} ${seconds > 0 ? 'ahead' : 'behind'}`;
}

/** Whether what the page shows is live, since when it is not, and what else is wrong. Always visible. */
export function StatusBar({ live, market }: Props) {
  const seconds = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => seconds.value++, 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  seconds.value;
  const state = live.state.value;
  const trouble = apiTrouble.value;
  const { stale, closed } = market.pulse.value;
  const since = spanText(Math.max(1, (performance.now() - state.since) / 1000));
  const all = market.rows.size;
  return (
    <div class={`status ${state.state === 'reconnecting' || trouble !== undefined ? 'troubled' : ''}`}>
      {moment.value !== undefined && (
        <output class="past-sign">
          <strong>Not live</strong>
          <MomentSign />
        </output>
      )}
      {(moment.value === undefined || state.state === 'reconnecting') && (
        <output class={`live ${state.state}`} aria-live="polite">
          <i aria-hidden="true" />
          {state.state === 'live' && 'Live'}
          {state.state === 'connecting' && 'Connecting…'}
          {state.state === 'reconnecting' && (
            <>
              Reconnecting<time>{since}</time>
            </>
          )}
        </output>
      )}
      {stale > 0 && (
        <a class="warn" href="/?show=silent" title="No tick for more than a minute: show them">
          {stale === all ? 'All stocks silent' : `${stale} silent`}
        </a>
      )}
      {stale === 0 && closed === all && all > 0 && (
        <span class="calm" title="No exchange is open, and no tick comes">
          Exchanges closed
        </span>
      )}
      {clockSkew.value !== 0 && <span class="warn" title={CLOCK_TITLE}>{`Clock ${skewText(clockSkew.value)}`}</span>}
      {trouble !== undefined && (
        <span class="bad" role="alert" title={trouble.message}>
          API trouble<time>{spanText(Math.max(1, (performance.now() - trouble.since) / 1000))}</time>
        </span>
      )}
    </div>
  );
}
