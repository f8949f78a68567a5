/**
 * Collect, mark dirty, draw once per frame: ticks change models and mark painters; the next animation frame runs each
 * marked painter once, however many ticks came in. A hidden page draws nothing and keeps only the marks.
 */
export type Painter = () => void;

let dirty = new Set<Painter>();
let requested = false;

export function markDirty(painter: Painter): void {
  dirty.add(painter);
  if (requested) return;
  requested = true;
  requestAnimationFrame(drawFrame);
}

/** Takes the mark back, for a painter that is gone. */
export function forgetPainter(painter: Painter): void {
  dirty.delete(painter);
}

function drawFrame(): void {
  requested = false;
  const painters = dirty;
  dirty = new Set();
  for (const paint of painters) {
    try {
      paint();
    } catch (error) {
      // One broken drawing must not stop the others; it is reported and drawn again when it is marked again.
      console.error(error);
    }
  }
}
