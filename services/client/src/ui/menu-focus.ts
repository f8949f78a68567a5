const EDGE = 8;

/** Puts an open menu under its button, within the window. Narrow windows have it at their foot, as the style sheet says. */
export function placeMenu(menu: HTMLElement, button: HTMLElement | null): void {
  if (button === null) return;
  const { left, bottom } = button.getBoundingClientRect();
  const most = document.documentElement.clientWidth - menu.offsetWidth - EDGE;
  menu.style.setProperty('--menu-left', `${Math.max(EDGE, Math.min(left, most))}px`);
  menu.style.setProperty('--menu-top', `${bottom + 4}px`);
}

/** Gives the focus to what is chosen in a menu, else to the first of it, unless somebody has it there already. */
export function enterMenu(menu: HTMLElement): void {
  const now = document.activeElement;
  if (now === menu || !menu.contains(now)) stepFocus(menu, 0);
}

/** Moves the focus to the next (1) or the one before (-1) of what can have it, round the end; 0: to what is chosen, else to the first. */
export function stepFocus(menu: HTMLElement, step: number): void {
  const items = [
    ...menu.querySelectorAll<HTMLElement>('button:enabled, input:enabled, select:enabled, a[href]'),
  ].filter((item) => item.tabIndex >= 0);
  const chosen = items.find((item) => item.matches('[aria-pressed="true"], [autofocus]'));
  const now = items.indexOf(document.activeElement as HTMLElement);
  const next = step === 0 || now < 0 ? (chosen ?? items[0]) : items[(now + step + items.length) % items.length];
  next?.focus();
}
