import type { StoreNode } from '@tickwatch/core';
import type { NodeReader } from '../node-reader.ts';
import { ofNode } from './node-away-error.ts';

/** Asks the readers of all nodes, in their order. */
export class AskNodes {
  readonly readers: readonly NodeReader[];

  constructor(readers: readonly NodeReader[]) {
    this.readers = readers;
  }

  get count(): number {
    return this.readers.length;
  }

  /** What all of them say; where one fails, the others' questions are given up. */
  async all<T>(
    signal: AbortSignal | undefined,
    ask: (reader: NodeReader, signal: AbortSignal, index: number) => Promise<T>,
  ): Promise<readonly T[]> {
    return await this.some(
      this.readers.map((_, index) => index),
      signal,
      ask,
    );
  }

  async some<T>(
    indexes: readonly number[],
    signal: AbortSignal | undefined,
    ask: (reader: NodeReader, signal: AbortSignal, index: number) => Promise<T>,
  ): Promise<readonly T[]> {
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    try {
      return await Promise.all(indexes.map((index) => this.one(index, (reader) => ask(reader, either, index))));
    } catch (error) {
      stop.abort();
      throw error;
    }
  }

  /** @throws NodeAwayError and what the reader throws */
  async one<T>(index: number, ask: (reader: NodeReader) => Promise<T>): Promise<T> {
    const reader = this.readers[index];
    if (reader === undefined) throw new RangeError(`there is no node ${index}`);
    try {
      return await ask(reader);
    } catch (error) {
      throw ofNode(error, this.node(index));
    }
  }

  node(index: number): StoreNode {
    return { index, count: this.count };
  }
}
