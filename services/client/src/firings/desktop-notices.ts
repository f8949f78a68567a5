import { type ReadonlySignal, signal } from '@preact/signals';
import type { AlertFiring } from '@tickwatch/core';
import { go } from '../router.ts';
import { claim } from './claim.ts';
import { firingAddress, noticeOf } from './firing-text.ts';
import { desktopNotices } from './notice-settings.ts';

const refusal = signal<string | undefined>(undefined);

/** Why the desktop shows nothing although it was asked to. */
export const desktopRefusal: ReadonlySignal<string | undefined> = refusal;

/** True where what was chosen once can still be done: a permission may be taken back at any time. */
export function mayNotify(): boolean {
  return desktopNotices.value === 'on' && 'Notification' in globalThis && Notification.permission === 'granted';
}

/** Switches them; the browser asks whether it may, so this is for clicks alone. */
export async function switchNotices(on: boolean): Promise<void> {
  refusal.value = undefined;
  if (!on) {
    desktopNotices.value = 'off';
    return;
  }
  if (!('Notification' in globalThis)) {
    refusal.value = isSecureContext
      ? 'This browser shows no notifications of a page.'
      : 'Browsers show notifications only of pages that are opened with https, or on this machine.';
    return;
  }
  const answer = await Notification.requestPermission();
  if (answer === 'granted') desktopNotices.value = 'on';
  else if (answer === 'denied') {
    refusal.value = 'This browser refuses notifications of this page; they can be allowed in its settings of the page.';
  } else refusal.value = 'The browser asked whether this page may, and was not answered.';
}

/** Shows on the desktop what fired, if that is wanted; of all tabs one does. */
export async function notifyDesktop(firings: readonly AlertFiring[]): Promise<void> {
  if (!mayNotify()) return;
  const claimed = await Promise.all(firings.map(({ id }) => claim('notice', id)));
  const told = firings.filter((_, index) => claimed[index]);
  const [first] = told;
  if (first === undefined) return;
  const { title, body } = noticeOf(told);
  try {
    // The tag: what is told twice all the same replaces itself.
    const notice = new Notification(title, { body, tag: first.id });
    notice.onclick = () => {
      focus();
      go(told.length === 1 ? firingAddress(first) : '/alerts');
      notice.close();
    };
  } catch {
    refusal.value = 'This browser shows no notifications of a page that is only open, as browsers on phones don’t.';
  }
}
