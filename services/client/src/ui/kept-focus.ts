/**
 * What had the focus may be disabled while something is done, and browsers take the focus from it: afterwards it has it
 * again. Call it before.
 * @returns call it after
 */
export function keepFocus(): () => void {
  const before = document.activeElement;
  return () => {
    // After what is disabled no more is drawn.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body && before instanceof HTMLElement)
        before.focus({ preventScroll: true });
    });
  };
}
