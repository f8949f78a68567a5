/** Turns things that come one by one into groups: what comes within a moment is one, and groups keep their distance. */
export class Gathered<T> {
  readonly #options: { readonly withinMs: number; readonly apartMs: number };
  readonly #tell: (items: readonly T[]) => void;
  #items: T[] = [];
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: { readonly withinMs: number; readonly apartMs: number }, tell: (items: readonly T[]) => void) {
    this.#options = options;
    this.#tell = tell;
  }

  add(items: readonly T[]): void {
    this.#items.push(...items);
    const { withinMs, apartMs } = this.#options;
    const wait = Math.max(withinMs, this.#toldAt + apartMs - performance.now());
    if (this.#items.length > 0) this.#timer ??= setTimeout(() => this.#run(), wait);
  }

  /** What was gathered is not told any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    const items = this.#items;
    this.#items = [];
    this.#timer = undefined;
    this.#toldAt = performance.now();
    this.#tell(items);
  }
}
