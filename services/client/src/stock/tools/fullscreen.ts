import { signal } from '@preact/signals';

/** The element that fills the screen, or the window where browsers don't let anything have the whole screen. */
const filling = signal<Element | undefined>(undefined);
let listening = false;

export function isFilling(element: Element | null | undefined): boolean {
  return filling.value !== undefined && filling.value === element;
}

/** Gives an element the whole screen, or takes it back. */
export async function toggleFullscreen(element: Element): Promise<void> {
  listen();
  // What has left the page fills nothing.
  if (filling.peek()?.isConnected) {
    leave();
    return;
  }
  filling.value = element;
  try {
    await element.requestFullscreen();
  } catch {
    // Not allowed, as on a phone or in a frame: it fills the window instead.
    element.classList.add('fills-window');
  }
}

function leave(): void {
  filling.peek()?.classList.remove('fills-window');
  filling.value = undefined;
  if (document.fullscreenElement !== null) void document.exitFullscreen();
}

function listen(): void {
  if (listening) return;
  listening = true;
  document.addEventListener('fullscreenchange', () => {
    if (document.fullscreenElement === null && filling.peek()?.classList.contains('fills-window') === false) leave();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) leave();
  });
}
