import { parseTime } from '@tickwatch/core';
import { MOMENT_PARAMETER } from './moment/moment-text.ts';

/** A parameter of an address that says nothing which this page understands. */
export interface AddressProblem {
  readonly parameter: string;
  /** What it says and what would be right, without a full stop: `from=“yesterday” is not epoch seconds, as in …`. */
  readonly text: string;
}

/** Reads the parameters of an address and notes what is wrong with them; what is wrong reads as left out. */
export class AddressReader {
  readonly #query: URLSearchParams;
  readonly #problems: AddressProblem[] = [];

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  get problems(): readonly AddressProblem[] {
    return this.#problems;
  }

  /** Epoch seconds, fractions allowed. */
  seconds(parameter: string): number | undefined {
    return this.#read(parameter, 'epoch seconds, as in 1757494917', (text) => {
      const seconds = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
      return Math.abs(seconds) < 1e11 ? seconds : undefined;
    });
  }

  /** A moment in any form that the API takes; epoch µs. */
  time(parameter: string): number | undefined {
    return this.#read(parameter, 'a time, as in 2026-11-22T10:00:00Z', parseTime);
  }

  choice<T extends string>(parameter: string, choices: readonly T[]): T | undefined {
    return this.#read(parameter, `one of ${choices.join(', ')}`, (text) => choices.find((choice) => choice === text));
  }

  /** Notes what is wrong with parameters that are right by themselves, as bounds that lie the wrong way round. */
  refuse(parameter: string, why: string): void {
    this.#problems.push({ parameter, text: `${this.#quoted(parameter)} ${why}` });
  }

  /** Notes parameters that nobody reads. The moment that the page shows is read for all views. */
  refuseOthers(known: readonly string[]): void {
    for (const name of new Set(this.#query.keys()))
      if (!known.includes(name) && name !== MOMENT_PARAMETER)
        this.refuse(name, `means nothing here; known are ${known.join(', ')}`);
  }

  #read<T>(parameter: string, right: string, parse: (text: string) => T | undefined): T | undefined {
    const text = this.#query.get(parameter);
    if (text === null) return undefined;
    const value = parse(text);
    if (value === undefined) this.refuse(parameter, `is not ${right}`);
    return value;
  }

  #quoted(parameter: string): string {
    const text = this.#query.get(parameter) ?? '';
    return `${parameter}=“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
  }
}
