/** A place in a lane's partition, as text `<topic id>:<leader epoch>.<offset>`: the offset is that of the next record. */
export interface KafkaPlace {
  /** A topic that is made anew has another one. */
  readonly topicId: string;
  /** Under which leader the record before was written: where the log lost its end, a later one wrote on. -1: none was read. */
  readonly epoch: number;
  readonly offset: bigint;
}

const PLACE = /^([\w-]{1,64}):(-1|\d{1,10})\.(\d{1,19})$/;

/** Before every record of any topic. */
export const START = '0';

export function parsePlace(text: string): KafkaPlace | undefined {
  const [, topicId, epoch, offset] = PLACE.exec(text) ?? [];
  if (topicId === undefined || offset === undefined) return undefined;
  return { topicId, epoch: Number(epoch), offset: BigInt(offset) };
}

export function formatPlace({ topicId, epoch, offset }: KafkaPlace): string {
  return `${topicId}:${epoch}.${offset}`;
}

/** Topic ids tell not which is newer; whoever saw them does. One that was never seen came before those that were. */
export class PlaceOrder {
  readonly #seen: string[] = [];

  /** @returns false: another one has taken its place already */
  see(topicId: string, last: string | undefined): boolean {
    if (!this.#seen.includes(topicId)) this.#seen.push(topicId);
    return last === undefined || this.#seen.indexOf(topicId) >= this.#seen.indexOf(last);
  }

  /** Negative: `a` is older than `b`. */
  readonly compare = (a: string, b: string): number => {
    const [x, y] = [parsePlace(a), parsePlace(b)];
    const rank = (place: KafkaPlace | undefined): number => (place ? this.#seen.indexOf(place.topicId) : -2);
    return rank(x) - rank(y) || (x?.epoch ?? 0) - (y?.epoch ?? 0) || Number((x?.offset ?? 0n) - (y?.offset ?? 0n));
  };
}
