import { nodeOfStock } from '@tickwatch/core';
import { WrongNodeError } from '../../nodes/check-node.ts';
import type { AskNodes } from './ask-nodes.ts';

/** How long it is believed how stocks are dealt. It changes when subscribers are started anew with another source. */
const BELIEVED_MS = 10_000;

const IS_DEALT = `SELECT EXISTS (SELECT FROM ingest_positions WHERE lanes < 0)::text AS dealt`;

/** Tells the node that has a stock. */
export class NodeOfStock {
  readonly #nodes: AskNodes;
  #dealt: Promise<boolean> | undefined;
  #askedAt = 0;

  constructor(nodes: AskNodes) {
    this.#nodes = nodes;
  }

  /**
   * By its name; where the source deals the stocks, by asking every node for it.
   * @throws NodeAwayError they have to be asked and one is away
   * @throws WrongNodeError several have it
   */
  async of(stock: string, signal?: AbortSignal): Promise<number> {
    const { count } = this.#nodes;
    const named = nodeOfStock(stock, count);
    if (!(await this.#isDealt())) return named;
    const found = await this.#nodes.all(signal, async (reader, either, index) => {
      const { value } = await reader.stocks({ stock }, { signal: either });
      return value.length === 0 ? [] : [index];
    });
    const [first, ...others] = found.flat();
    if (others.length > 0) throw onSeveralNodes(stock);
    // Nobody has it: one of them says so.
    return first ?? named;
  }

  async #isDealt(): Promise<boolean> {
    const now = performance.now();
    if (this.#dealt === undefined) {
      this.#askedAt = now;
      this.#dealt = this.#ask(false);
    } else if (now - this.#askedAt > BELIEVED_MS) {
      this.#askedAt = now;
      // Asked beside the question, which goes by what was known.
      const known = this.#dealt;
      void known
        .then((dealt) => this.#ask(dealt))
        .then((dealt) => {
          this.#dealt = Promise.resolve(dealt);
        });
    }
    return await this.#dealt;
  }

  /** Some node that answers knows it. @param known what is believed where none does; never fails */
  async #ask(known: boolean): Promise<boolean> {
    const asked = this.#nodes.readers.map((reader) =>
      reader.inSnapshot({ tail: false }, async (snapshot) => {
        const [row] = await snapshot.rows({ text: IS_DEALT, values: [] });
        return row?.dealt === 'true';
      }),
    );
    const answers = (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    return answers.length === 0 ? known : answers.some(({ value }) => value);
  }
}

export function onSeveralNodes(stock: string): WrongNodeError {
  const name = JSON.stringify(stock.slice(0, 60));
  return new WrongNodeError(
    `${name} is on several nodes, of which each has a part of its ticks: it can't be answered for`,
  );
}
