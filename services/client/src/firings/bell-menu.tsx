import { useEffect } from 'preact/hooks';
import { soundWaits, switchSound } from './alert-sound.ts';
import { desktopRefusal, mayNotify, switchNotices } from './desktop-notices.ts';
import { FiringLine } from './firing-line.tsx';
import { firings } from './firings.ts';
import { alertSound } from './notice-settings.ts';

const MOST_LISTED = 8;

/** The newest firings, how they are told, and the ways to all of them and to a new alert. */
export function BellMenu({ close }: { readonly close: () => void }) {
  const known = firings.log.known.value;
  // Who opens it has seen them, also those that come while it is open.
  useEffect(() => firings.log.see(), [known]);
  const failure = firings.failure.value;
  const refusal = desktopRefusal.value;
  return (
    <div class="bell-menu">
      {known.length === 0 ? (
        <p>{failure === undefined ? 'No alert has fired yet.' : `What fired is not known: ${failure}`}</p>
      ) : (
        <ul>
          {known.slice(0, MOST_LISTED).map((firing) => (
            <li key={firing.id}>
              <FiringLine firing={firing} onFollow={close} />
            </li>
          ))}
        </ul>
      )}
      <p class="bell-links">
        <a class="button" href="/alerts" onClick={close}>
          All alerts
        </a>
        <a class="button" href="/alerts?new=price_crosses" onClick={close}>
          New alert
        </a>
      </p>
      <label>
        <input
          type="checkbox"
          checked={mayNotify()}
          onChange={({ currentTarget }) => {
            // It is on when the browser allows it, and not before.
            const wanted = currentTarget.checked;
            currentTarget.checked = mayNotify();
            void switchNotices(wanted);
          }}
        />
        Desktop notifications
      </label>
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <label>
        <input
          type="checkbox"
          checked={alertSound.value === 'on'}
          onChange={({ currentTarget }) => void switchSound(currentTarget.checked)}
        />
        Sound
      </label>
      {alertSound.value === 'on' && soundWaits.value && (
        <p class="why">It can’t be heard now: this browser, or this machine, lets no sound through.</p>
      )}
      <p class="why">In this browser, for all of its tabs, as long as one of them is open.</p>
    </div>
  );
}
