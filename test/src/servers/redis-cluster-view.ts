/** How a node of a Redis Cluster sees one of them, perhaps itself. */
export interface ClusterRow {
  readonly id: string;
  readonly port: number;
  readonly flags: string;
  /** Id of whom it copies; `-`: it copies nobody. */
  readonly leader: string;
  readonly isLinked: boolean;
}

/** Slots from one to another, and the port of who leads them. */
export interface LedSlots {
  readonly from: number;
  readonly to: number;
  readonly port: number;
}

/** The answer of CLUSTER NODES. */
export function parseNodes(reply: unknown): readonly ClusterRow[] {
  const lines = String(reply).trim().split('\n');
  return lines.map((line) => {
    const [id = '', address = '', flags = '', leader = '', , , , link] = line.split(' ');
    const port = Number(/:(\d+)@/.exec(address)?.[1]);
    return { id, port, flags, leader, isLinked: link === 'connected' };
  });
}

/** The answer of CLUSTER SLOTS. */
export function parseSlots(reply: unknown): readonly LedSlots[] {
  const rows = reply as readonly [number, number, readonly [string, number]][];
  return rows.map(([from, to, [, port]]) => ({ from, to, port }));
}

/** Whether it is lost, may be, or is not known yet. */
export function isAway({ flags }: ClusterRow): boolean {
  return /(^|,)(fail|handshake|noaddr)/.test(flags);
}
