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

  /**
   * @param keys what this warning has in common with others that say the same
   * @returns the warning as it is to be shown; `undefined`: one like it was shown a moment ago
   */
  pass(keys: readonly string[], text: string): string | undefined {
    const now = this.#now();
    const before = keys.map((key) => this.#told.get(key)).filter((told) => told !== undefined);
    const recent = before.find(({ at }) => now - at < QUIET_MS);
    if (recent !== undefined) {
      recent.since++;
      return undefined;
    }
    if (this.#told.size >= MAX_KINDS) this.#told.clear();
    const told = { at: now, since: 0 };
    for (const key of keys) this.#told.set(key, told);
    const since = Math.max(0, ...before.map((one) => one.since));
    return since === 0 ? text : `${text} (and ${since} times more since)`;
  }
}
