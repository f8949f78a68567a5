import { ClockWatch, type EpochMicros, nowMicros } from '@tickwatch/core';

const LOOK_MS = 1000;

/** How often the system's clock was set while this process ran, and when last. */
export class ClockState implements Disposable {
  steps = 0;
  last: { readonly seconds: number; readonly at: EpochMicros } | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(onStep: (seconds: number) => void) {
    const watch = new ClockWatch();
    watch.observe(nowMicros(), performance.now());
    this.#timer = setInterval(() => {
      const step = watch.observe(nowMicros(), performance.now());
      if (step === undefined) return;
      this.steps++;
      this.last = { seconds: step / 1e6, at: nowMicros() };
      onStep(step / 1e6);
    }, LOOK_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
