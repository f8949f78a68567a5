let probe: HTMLElement | undefined;

/** A colour of the present theme as canvases read it, `rgb(…)`, whatever the style sheet makes it of. */
export function cssColor(variable: string): string {
  probe ??= makeProbe();
  probe.style.color = `var(${variable})`;
  return getComputedStyle(probe).color;
}

/** What else the theme says, as it is written there: a font. */
export function cssValue(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}

/** The browser mixes, picks and forces colours only on an element. */
function makeProbe(): HTMLElement {
  const element = document.createElement('i');
  element.hidden = true;
  // It is asked for the colour of something else, which is not forced.
  element.style.forcedColorAdjust = 'none';
  return document.body.appendChild(element);
}
