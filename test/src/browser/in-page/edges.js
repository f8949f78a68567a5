// Runs in the page: whether the edges of what can be used stand out from what they lie on.

/** An edge or a mark that is not text. */
const LEAST = 3;

/** The `rgb(…)` or `rgba(…)` of a value as numbers, alpha last. */
function parts(value) {
  const color = value.match(/rgba?\(([^)]*)\)/)?.[1] ?? '';
  const [r = 0, g = 0, b = 0, alpha = 1] = color.match(/[\d.]+/g)?.map(Number) ?? [];
  return [r, g, b, alpha];
}

function luminance([r, g, b]) {
  const [x, y, z] = [r, g, b].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The colour that an element lies on. */
function groundOf(element) {
  for (let at = element; at !== null; at = at.parentElement) {
    const color = parts(getComputedStyle(at).backgroundColor);
    if (color[3] > 0.99) return color;
  }
  return [255, 255, 255, 1];
}

/** What makes an element visible where it is no text: its border, its ring or its own ground. */
function edgesOf(element) {
  const { borderTopWidth, borderTopColor, boxShadow, outlineStyle, outlineColor, backgroundColor } =
    getComputedStyle(element);
  const edges = [parts(backgroundColor)];
  if (parseFloat(borderTopWidth) > 0) edges.push(parts(borderTopColor));
  if (boxShadow !== 'none') edges.push(parts(boxShadow));
  if (outlineStyle !== 'none') edges.push(parts(outlineColor));
  return edges.filter(([, , , alpha]) => alpha > 0.5);
}

/** Controls whose edge nobody sees; a button within a group has the group's. One line each. */
function faintEdges() {
  const faults = [];
  for (const element of document.querySelectorAll(
    '.button, input, select, .theme, .chips, .chips [aria-pressed="true"]',
  )) {
    if (!element.checkVisibility() || element.disabled) continue;
    const ground = groundOf(element.parentElement);
    const best = Math.max(1, ...edgesOf(element).map((edge) => contrast(edge, ground)));
    if (best < LEAST)
      faults.push(
        `${element.localName}.${element.className} "${element.textContent.slice(0, 30)}" ${best.toFixed(1)}:1`,
      );
  }
  return faults;
}

/** What has the focus now, where its ring is not seen. */
function faintFocus() {
  const element = document.activeElement;
  if (element === document.body) return [];
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const seen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const ratio = contrast(parts(outlineColor), groundOf(element.parentElement ?? element));
  return seen && ratio >= LEAST ? [] : [`${element.outerHTML.slice(0, 80)} ${outlineStyle} ${ratio.toFixed(1)}:1`];
}

globalThis.edges = { faintEdges, faintFocus };
