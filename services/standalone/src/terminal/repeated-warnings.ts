const QUIET_MS = 60_000;
/** Kinds of warnings that are remembered. */
const MAX_KINDS = 1000;

/** Lets a warning through once a minute: an outage is one state, not a line every second. */
export class RepeatedWarnings {
  readonly #now: () => number;
  readonly #told = new Map<string, { at: number; since: number }>();

  /** @param now in ms, of a clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns the warning as it is to be shown; `undefined`: it was shown a moment ago */
  pass(key: string, text: string): string | undefined {
    const before = this.#told.get(key);
    const now = this.#now();
    if (before !== undefined && now - before.at < QUIET_MS) {
      before.since++;
      return undefined;
    }
    if (this.#told.size >= MAX_KINDS) this.#told.clear();
    this.#told.set(key, { at: now, since: 0 });
    return before === undefined || before.since === 0 ? text : `${text} (and ${before.since} times more since)`;
  }
}
