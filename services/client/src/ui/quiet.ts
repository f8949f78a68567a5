import { useEffect, useState } from 'preact/hooks';

/** Who waits for quiet doesn't wait for ever: some views ask again and again. */
const LONGEST_MS = 10_000;
/** For what belongs to the view that is shown. */
const SHORT_MS = 600;

let lastAnswer = 0;
new PerformanceObserver(() => {
  lastAnswer = performance.now();
}).observe({ type: 'resource', buffered: true });

/** Resolves when the view is filled, nothing has come over the network for so long, and the browser has nothing to do. */
export async function quiet(millis: number): Promise<void> {
  const start = performance.now();
  lastAnswer = Math.max(lastAnswer, start);
  const wait = (): number =>
    document.querySelector('[aria-busy="true"], .skeleton') === null ? lastAnswer + millis - performance.now() : millis;
  for (let left = millis; left > 0 && performance.now() - start < LONGEST_MS; left = wait()) await pause(left);
  await idle();
}

/** Becomes true when it is quiet after something was first there: time for what adds to it. */
export function useQuiet(isThere: boolean): boolean {
  const [isQuiet, setQuiet] = useState(false);
  useEffect(() => {
    if (!isThere) return undefined;
    let gone = false;
    void quiet(SHORT_MS).then(() => {
      if (!gone) setQuiet(true);
    });
    return () => {
      gone = true;
    };
  }, [isThere]);
  return isQuiet;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

/** Resolves when the browser has nothing to do; Safari doesn't tell. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 10_000 });
    else setTimeout(resolve, 200);
  });
}
