/** Lets one wait until somebody wakes it, or a time has passed. A wake while nobody waits ends the next wait at once. */
export class Alarm {
  #isRung = false;
  #ring: (() => void) | undefined;

  wake(): void {
    if (this.#ring === undefined) this.#isRung = true;
    else this.#ring();
  }

  /** One at a time. @param ms left out: until it is woken */
  wait(ms?: number): Promise<void> {
    if (this.#isRung) {
      this.#isRung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.#ring?.(), ms);
      this.#ring = () => {
        this.#ring = undefined;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
