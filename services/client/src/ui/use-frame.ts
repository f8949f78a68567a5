import { useEffect, useRef } from 'preact/hooks';
import { forgetPainter, markDirty } from '../frame.ts';

/** Runs `paint` in the next frame after each call of the returned function, and once a second for what the clock moves. */
export function useFrame(paint: () => void): () => void {
  const latest = useRef(paint);
  latest.current = paint;
  const painter = useRef(() => latest.current());
  useEffect(() => {
    const run = painter.current;
    markDirty(run);
    const timer = setInterval(() => markDirty(run), 1000);
    return () => {
      clearInterval(timer);
      forgetPainter(run);
    };
  }, []);
  return () => markDirty(painter.current);
}
