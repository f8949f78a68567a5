/** Where a node of a cluster is reached. */
export interface NodeName {
  readonly host: string;
  readonly port: number;
}

/** Slots that one node leads. */
interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly leader: NodeName;
}

/** Who leads which slot of a cluster, as one of its nodes sees it. */
export class SlotMap {
  /** Each once, by its text. */
  readonly leaders: ReadonlyMap<string, NodeName>;
  readonly #ranges: readonly SlotRange[];

  constructor(ranges: readonly SlotRange[]) {
    this.#ranges = ranges;
    this.leaders = new Map(ranges.map(({ leader }) => [nodeText(leader), leader]));
  }

  /** `undefined`: nobody does. */
  leaderOf(slot: number): NodeName | undefined {
    return this.#ranges.find(({ from, to }) => from <= slot && slot <= to)?.leader;
  }
}

export function nodeText({ host, port }: NodeName): string {
  return `${host}:${port}`;
}

/**
 * The answer of CLUSTER SLOTS: `[from, to, leader, replica…]…`, a node as `[host, port, …]`.
 * @param asked which node answered: one that does not know its own host names none
 */
export function parseSlots(reply: unknown, asked: NodeName): SlotMap {
  const rows = reply as readonly (readonly [unknown, unknown, readonly [unknown, unknown]])[];
  return new SlotMap(
    rows.map(([from, to, [host, port]]) => {
      const named = String(host ?? '');
      const leader = { host: named === '' || named === '?' ? asked.host : named, port: Number(port) };
      return { from: Number(from), to: Number(to), leader };
    }),
  );
}
