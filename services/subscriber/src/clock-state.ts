import { ClockWatch, type EpochMicros, nowMicros } from '@tickwatch/core';

const LOOK_MS = 1000;

export interface ClockStep {
  readonly seconds: number;
  /** Times that were skipped, or came twice. */
  readonly from: EpochMicros;
  readonly to: EpochMicros;
}

/** How often the system's clock was set while this process ran, and when last. */
export class ClockState implements Disposable {
  steps = 0;
  last: { readonly seconds: number; readonly at: EpochMicros } | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(onStep: (step: ClockStep) => void) {
    const watch = new ClockWatch();
    let [wall, monotonic] = [nowMicros(), performance.now()];
    watch.observe(wall, monotonic);
    this.#timer = setInterval(() => {
      const [wallBefore, monotonicBefore] = [wall, monotonic];
      [wall, monotonic] = [nowMicros(), performance.now()];
      const step = watch.observe(wall, monotonic);
      if (step === undefined) return;
      this.steps++;
      this.last = { seconds: step / 1e6, at: wall };
      const elapsed = Math.round((monotonic - monotonicBefore) * 1000);
      // Somewhere between the two looks: all that either clock read there is doubtful.
      const from = Math.min(wallBefore, wall - elapsed) as EpochMicros;
      const to = Math.max(wall, wallBefore + elapsed) as EpochMicros;
      onStep({ seconds: step / 1e6, from, to });
    }, LOOK_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
