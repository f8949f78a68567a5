import { DayCutter } from './day-cutter.ts';
import { ImportOrigins } from './import-origins.ts';
import type { Pace } from './pace.ts';

/** So that V8 compiles what packs them; each is a small fraction of a slice. */
const STOCKS = 400;
const TICKS = 128;
const MEAN_GAP_MICROS = 6_000_000;
let isWarm = false;

/**
 * Packs small stocks that are made up, once a process. A block is packed without a pause, which takes ten times as long as long
 * as V8 has not compiled what does it.
 */
export async function warmUp(pace: Pace, signal: AbortSignal | undefined): Promise<void> {
  if (isWarm) return;
  isWarm = true;
  const cutter = new DayCutter(new ImportOrigins([]));
  pace.begin();
  for (let stock = 0; stock < STOCKS && signal?.aborted !== true; stock++) {
    let time = 0;
    for (let i = 0; i < TICKS; i++) {
      time += 1 + Math.floor(Math.random() * 2 * MEAN_GAP_MICROS);
      cutter.add(String(stock), 'warm-up', time, i + 1, 20_000 + Math.floor(Math.random() * 200), 2, undefined);
    }
    cutter.end();
    cutter.take();
    await pace.rest();
  }
}
