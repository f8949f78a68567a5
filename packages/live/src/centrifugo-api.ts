import { CentrifugoNode, type CentrifugoNodeOptions } from './centrifugo-node.ts';

/** Another node is used from now on. */
export interface Switch {
  readonly from: string;
  readonly to: string;
  /** Why the one before is not. */
  readonly error: string;
}

export interface CentrifugoApiOptions extends CentrifugoNodeOptions {
  /**
   * `http://centrifugo:8000`, with or without `/api` at its end; of several nodes on one Redis all, with commas between. The
   * first is used until it fails, then the next.
   */
  readonly apiUrl: string;
  readonly onSwitch?: ((event: Switch) => void) | undefined;
}

/** Centrifugo's HTTP API, on whichever of its nodes answers. The key never appears in an error. */
export class CentrifugoApi implements Disposable {
  readonly #nodes: readonly CentrifugoNode[];
  readonly #onSwitch: (event: Switch) => void;
  #current = 0;
  #closed = false;

  /** @throws Error when an address or the key cannot be used at all */
  constructor({ apiUrl, onSwitch, ...options }: CentrifugoApiOptions) {
    this.#nodes = apiUrl.split(',').map((one) => new CentrifugoNode({ ...options, apiUrl: one.trim() }));
    this.#onSwitch = onSwitch ?? (() => {});
  }

  /** Where the node is that is used now, fit for a log line. */
  get host(): string {
    return this.#at(this.#current).host;
  }

  /** Where all of them are. */
  get hosts(): string {
    return this.#nodes.map(({ host }) => host).join(', ');
  }

  /** Whether a batch can reach a second node after a first that may have taken it. */
  get hasSeveral(): boolean {
    return this.#nodes.length > 1;
  }

  /**
   * Posts the JSON text of a batch; where a node doesn't take it, to the next one, and so on, once to each.
   * @returns the replies, one per command, as they came
   * @throws Error with a sentence that says what is wrong and, where known, what to do
   */
  async batch(body: string): Promise<readonly unknown[]> {
    const first = this.#current;
    const problems: string[] = [];
    for (let at = first; at < first + this.#nodes.length && !this.#closed; at++) {
      try {
        return await this.#at(at).batch(body);
      } catch (cause) {
        const error = cause instanceof Error ? cause.message : String(cause);
        problems.push(error);
        if (at + 1 < first + this.#nodes.length) this.#leave(at, error);
      }
    }
    throw new Error(problems.join('; ') || 'the connection to Centrifugo is closed');
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const node of this.#nodes) node[Symbol.dispose]();
  }

  #at(index: number): CentrifugoNode {
    return this.#nodes[index % this.#nodes.length] as CentrifugoNode;
  }

  /** Of several requests under way the first that fails decides. */
  #leave(index: number, error: string): void {
    if (this.#closed || this.#current !== index % this.#nodes.length) return;
    this.#current = (index + 1) % this.#nodes.length;
    this.#onSwitch({ from: this.#at(index).host, to: this.host, error });
  }
}
