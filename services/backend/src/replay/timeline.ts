/** Time that a replay goes by: monotonic, in ms from anywhere, with a fraction. Tests bring their own. */
export interface Timeline {
  now(): number;
  /**
   * Calls back once, when `now()` has reached a time or a little later, never before, and never before this returns.
   * @returns gives it up
   */
  at(time: number, callback: () => void): () => void;
}

/** Timers are only exact to a ms; what is left of the last one is waited for in turns of the event loop. */
const TIMER_MS = 1;
/** No more than this share of the process's time goes into such turns; beyond that a timer does. */
const SPIN_SHARE = 0.1;
const MOST_SPIN_MS = 20;
/** Longer timers are none of Node's. */
const LONGEST_TIMER_MS = 2 ** 30;

/** The machine's monotonic clock. */
export function createTimeline(): Timeline {
  const now = (): number => performance.now();
  let spinMs = MOST_SPIN_MS;
  let refilled = now();

  /** What may still be spun away. */
  const allowance = (at: number): number => {
    spinMs = Math.min(MOST_SPIN_MS, spinMs + (at - refilled) * SPIN_SHARE);
    refilled = at;
    return spinMs;
  };

  return {
    now,
    at(time, callback) {
      let giveUp = (): void => {};
      const timer = (ms: number): void => {
        const handle = setTimeout(arm, ms);
        giveUp = () => clearTimeout(handle);
      };
      const turn = (): void => {
        const begun = now();
        const handle = setImmediate(() => {
          spinMs -= now() - begun;
          arm();
        });
        giveUp = () => clearImmediate(handle);
      };
      const arm = (): void => {
        const at = now();
        const left = time - at;
        if (left <= 0) callback();
        else if (left >= TIMER_MS) timer(Math.min(Math.floor(left), LONGEST_TIMER_MS));
        else if (allowance(at) > left) turn();
        else timer(TIMER_MS);
      };
      const left = time - now();
      if (left >= TIMER_MS) timer(Math.min(Math.floor(left), LONGEST_TIMER_MS));
      else turn();
      return () => giveUp();
    },
  };
}
