// Runs in the page: looks over what a person sees of it, whatever the view. Each function answers lines that say what is wrong.

/** Content boxes of text are a little higher than its letters: so much of two lines may touch. */
const TOUCH = 3;
const FINGER = 40;

function isSeen(element) {
  return (
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest('.unseen, .skip')
  );
}

function nameOf(element) {
  const text = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replace(/\s+/g, ' ');
  return `<${element.localName} class="${element.className}"> "${text.slice(0, 50)}"`;
}

/** What is left of a box within everything that cuts it; undefined: nothing. */
function within(box, area) {
  const left = Math.max(box.left, area.left);
  const top = Math.max(box.top, area.top);
  const right = Math.min(box.right, area.right);
  const bottom = Math.min(box.bottom, area.bottom);
  return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : undefined;
}

function isClipped(value) {
  return value !== 'visible';
}

/** Who cuts the text of an element, from the inside: ancestors with an overflow that is not visible. */
function* cutters(element) {
  for (let at = element; at !== null && at !== document.body; at = at.parentElement) {
    const { overflowX, overflowY, position } = getComputedStyle(at);
    if (isClipped(overflowX) || isClipped(overflowY)) yield { at, overflowX, overflowY };
    if (position === 'fixed') return;
  }
}

/** What lies over the page covers it on purpose: it is looked at alone. */
function whole() {
  return document.querySelector('dialog:modal, :popover-open, .coverage-card') ?? document.body;
}

/** Every line of text that is seen, with where it is seen. */
function* texts() {
  const walker = document.createTreeWalker(whole(), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === '' || !isSeen(element) || element.closest('option, datalist, script, style')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 1 && box.height > 1) yield { element, box };
  }
}

function overlaps() {
  const seen = [];
  for (const { element, box } of texts()) {
    let left = within(box, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
    for (const { at } of cutters(element)) left &&= within(left, at.getBoundingClientRect());
    if (left !== undefined) seen.push({ element, box: left });
  }
  const faults = [];
  seen.forEach((one, index) => {
    for (const other of seen.slice(index + 1)) {
      if (one.element === other.element) continue;
      const both = within(one.box, other.box);
      if (both === undefined || both.bottom - both.top <= TOUCH) continue;
      faults.push(`${nameOf(one.element)} overlaps ${nameOf(other.element)}`);
    }
  });
  return faults;
}

/** Text that is cut off sideways without an ellipsis and a title that has all of it, or cut off below. */
function cuts() {
  const faults = [];
  for (const { element, box: all } of texts()) {
    const box = { left: all.left, top: all.top, right: all.right, bottom: all.bottom };
    for (const { at, overflowX, overflowY } of cutters(element)) {
      const area = at.getBoundingClientRect();
      // What scrolls shows the rest.
      if (overflowX === 'auto' || overflowX === 'scroll' || overflowY === 'auto' || overflowY === 'scroll') break;
      const isCut = box.right > area.right + 1 || box.left < area.left - 1;
      const isTold = getComputedStyle(at).textOverflow === 'ellipsis' && element.closest('[title]') !== null;
      // What is told ends at its ellipsis.
      if (isCut && isTold) box.right = Math.min(box.right, area.right);
      else if (isCut) faults.push(`${nameOf(element)} is cut by ${nameOf(at)}`);
      if (box.bottom > area.bottom + TOUCH || box.top < area.top - TOUCH) {
        faults.push(`${nameOf(element)} is cut below by ${nameOf(at)}`);
      }
    }
    if (!isReached(element) && (box.right > innerWidth + 1 || box.left < -1))
      faults.push(`${nameOf(element)} leaves the page`);
  }
  return faults;
}

/** Whether somebody can scroll to what lies beside. */
function isReached(element) {
  for (const { overflowX } of cutters(element)) if (overflowX === 'auto' || overflowX === 'scroll') return true;
  return false;
}

/** What is wider than its place, but for those that are made to be scrolled sideways. */
function sideways(scrollable) {
  const faults = [];
  for (const element of [document.scrollingElement, ...document.querySelectorAll('body *')]) {
    const { overflowX } = getComputedStyle(element);
    const scrolls = element === document.scrollingElement || overflowX === 'auto' || overflowX === 'scroll';
    if (!scrolls || element.matches(scrollable) || element.scrollWidth <= element.clientWidth + 1) continue;
    if (isSeen(element)) faults.push(`${nameOf(element)} is ${element.scrollWidth} px in ${element.clientWidth}`);
  }
  return faults;
}

/** Controls that a finger misses: what answers to a touch is narrower or lower than a finger. Links in a sentence are no targets. */
function smallTargets(exempt) {
  const faults = [];
  for (const element of whole().querySelectorAll('a[href], button, input, select, summary')) {
    if (!isSeen(element) || element.matches(exempt) || element.closest('p, small') !== null) continue;
    element.scrollIntoView({ block: 'center', inline: 'center' });
    const [width, height] = [reach(element, 1, 0), reach(element, 0, 1)];
    if (width < FINGER || height < FINGER) faults.push(`${nameOf(element)} answers to ${width} × ${height} px`);
  }
  return faults;
}

/** How far from its middle an element answers, both ways together. */
function reach(element, dx, dy) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const answers = (far) => {
    const hit = document.elementFromPoint(x + dx * far, y + dy * far);
    return hit !== null && (element.contains(hit) || hit.closest('label')?.control === element);
  };
  let [before, after] = [0, 0];
  while (after < FINGER && answers(after)) after++;
  while (before < FINGER && answers(-before - 1)) before++;
  return before + after;
}

globalThis.layout = { overlaps, cuts, sideways, smallTargets };
