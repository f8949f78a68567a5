/** Where a part lies, in pixels. */
export interface Stretch {
  readonly left: number;
  readonly right: number;
}

/** Hangs an element at the middle of a part of a chart that is `width` wide, towards the wider side. */
export function hang(element: HTMLElement | null, { left, right }: Stretch, width: number): void {
  if (element === null) return;
  const middle = (left + right) / 2;
  const isLeft = middle < width / 2;
  // The page's policy forbids styles in the markup, not those that a script sets.
  element.style.setProperty('--left', isLeft ? `${Math.max(0, middle - 12)}px` : 'auto');
  element.style.setProperty('--right', isLeft ? 'auto' : `${Math.max(0, width - middle - 12)}px`);
}
