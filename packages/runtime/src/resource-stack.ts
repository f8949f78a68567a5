/**
 * Collects what was opened, to be closed in the opposite order: `AsyncDisposableStack`, which Node 20 lacks.
 * Every resource is closed even when closing another fails; the first failure is thrown at the end.
 */
export class ResourceStack implements AsyncDisposable {
  #closers: (() => Promise<void> | void)[] = [];

  use<T extends AsyncDisposable>(resource: T): T {
    this.defer(async () => {
      await resource[Symbol.asyncDispose]();
    });
    return resource;
  }

  defer(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closers = this.#closers.reverse();
    this.#closers = [];
    const failures: unknown[] = [];
    for (const close of closers) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Runs a start-up; when it fails, what it had opened is closed before the error goes on. */
  static async open<T>(start: (opened: ResourceStack) => Promise<T>): Promise<T> {
    const opened = new ResourceStack();
    try {
      return await start(opened);
    } catch (error) {
      await opened[Symbol.asyncDispose]().catch(() => {});
      throw error;
    }
  }
}
