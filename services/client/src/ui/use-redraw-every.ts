import { useEffect, useState } from 'preact/hooks';

/** Draws a component again at intervals, as what it says changes by itself. */
export function useRedrawEvery(millis: number): void {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), millis);
    return () => clearInterval(timer);
  }, [millis]);
}
