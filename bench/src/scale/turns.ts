import { median } from '../storage/exports.ts';
import type { ScaleResult } from './scale-run.ts';

type Figure = Exclude<keyof ScaleResult, 'connections'>;
const FIGURES: readonly Figure[] = [
  ...(['ticks', 'seconds', 'subscribers', 'postgres', 'engine'] as const),
  ...(['liveBytes', 'liveRequests', 'diskBytes', 'walBytes'] as const),
];

/** Several measurements in turn, in this order and then in the opposite one, so that a slow minute meets all of them. */
export class Turns<T> {
  readonly #all: readonly T[];
  readonly #describe: (one: T) => string;
  readonly #say: (text: string) => void;
  readonly #results = new Map<T, ScaleResult[]>();

  constructor(all: readonly T[], describe: (one: T) => string, say: (text: string) => void) {
    this.#all = all;
    this.#describe = describe;
    this.#say = say;
  }

  async play(turn: number, run: (one: T) => Promise<ScaleResult>): Promise<void> {
    for (const one of turn % 2 === 0 ? this.#all : this.#all.toReversed()) {
      const result = await run(one);
      this.#results.set(one, [...(this.#results.get(one) ?? []), result]);
      const micros = (seconds: number): string => ((seconds * 1e6) / result.ticks).toFixed(1);
      this.#say(
        `${this.#describe(one)}: subscribers ${micros(result.subscribers)}, PostgreSQL ${micros(result.postgres)}, ` +
          `engine ${micros(result.engine)} µs a tick`,
      );
    }
  }

  /** The median of each figure. @throws Error it was not measured */
  usual(one: T): ScaleResult {
    const results = this.#results.get(one) ?? [];
    const [first] = results;
    if (first === undefined) throw new Error(`${this.#describe(one)} was not measured`);
    const medians = Object.fromEntries(FIGURES.map((name) => [name, median(results.map((result) => result[name]))]));
    return { ...first, ...(medians as Record<Figure, number>) };
  }
}
