import { Menu } from '../ui/menu.tsx';
import { soundWaits } from './alert-sound.ts';
import { BellMenu } from './bell-menu.tsx';
import { firings, MOST_ASKED } from './firings.ts';
import { alertSound } from './notice-settings.ts';
import { ToastStack } from './toast-stack.tsx';

/** How many alerts fired that nobody has looked at, on every view; opens into what they were. */
export function Bell() {
  const count = firings.log.unseen.value.length;
  const text = count >= MOST_ASKED ? `${MOST_ASKED - 1}+` : String(count);
  const isMute = alertSound.value === 'on' && soundWaits.value;
  const label = (
    <>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M4 14.5h12c-1.4-1.3-1.8-2.6-1.8-5.3C14.2 6.3 12.6 4.5 10 4.5S5.8 6.3 5.8 9.2c0 2.7-.4 4-1.8 5.300zM8.3 17a1.8 1.8 0 0 0 3.4 0M10 2.800v1.7" />
      </svg>
      <span class="unseen">Alerts{count === 0 ? '' : `, ${text} not seen`}</span>
      {count > 0 && (
        <b class="bell-count" aria-hidden="true">
          {text}
        </b>
      )}
      {isMute && <i class="bell-mute" title="Its sound waits for the first click or key on this page" />}
    </>
  );
  return (
    <>
      <Menu name="Alerts" label={label} active={count > 0} handle="alerts">
        {(close) => <BellMenu close={close} />}
      </Menu>
      <ToastStack toasts={firings.toasts} see={(id) => firings.log.see(id)} />
    </>
  );
}
