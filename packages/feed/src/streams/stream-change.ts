import { isRefusal } from '../redis-connection.ts';
import type { RedisNodes } from '../redis-nodes.ts';
import { type Look, lastOf, lookAt, type Marks } from './stream-look.ts';
import { compareStreamIds, STREAM_START, type StreamPlace } from './stream-place.ts';

/** While nothing new comes, the other stream is looked at this often. */
const OTHER_MS = 1000;

/**
 * The first lane of an exchange has one stream when the exchange has one lane, and another one when it has several. When the
 * settings change it goes on in the other one; each such turn is a generation, and its mark in the stream that is left says
 * up to where that was read: who reads it again turns at the same place.
 */
export class StreamChange {
  readonly #key: string;
  readonly #otherKey: string;
  readonly #commands: RedisNodes;
  readonly #mark: (place: StreamPlace) => Promise<void>;
  #newest: number | undefined;
  #nextLook = 0;

  constructor(key: string, otherKey: string, commands: RedisNodes, mark: (place: StreamPlace) => Promise<void>) {
    this.#key = key;
    this.#otherKey = otherKey;
    this.#commands = commands;
    this.#mark = mark;
  }

  /** Another member may have read on meanwhile. */
  forget(): void {
    this.#newest = undefined;
  }

  /** Up to where a generation lies in its stream; `undefined`: to the end. */
  async leftAt({ generation }: StreamPlace, own: Marks): Promise<string | undefined> {
    if (this.#newest === undefined) {
      const looks = [this.#key, this.#otherKey].map((key) => this.#look(key).catch(unseen));
      this.#newest = Math.max(0, ...(await Promise.all(looks)).flatMap(({ marks }) => [...marks.keys()]));
    }
    return generation < this.#newest ? own.get(generation)?.last : undefined;
  }

  /**
   * Where to read on in the other stream, when there is something and this one is read.
   * @param isWaiting for what comes next in this one: then the other is not looked at each time
   */
  async next(from: StreamPlace, own: Marks, isWaiting: boolean): Promise<StreamPlace | undefined> {
    if (isWaiting && performance.now() < this.#nextLook) return undefined;
    this.#nextLook = performance.now() + OTHER_MS;
    const key = from.key === undefined ? this.#otherKey : undefined;
    const next = (marks: Marks): number => Math.min(...[...marks.keys()].filter((later) => later > from.generation));
    const mark = own.get(from.generation);
    try {
      const { info, marks } = await this.#look(key ?? this.#key);
      const id = lastOf(marks, from.generation);
      if (info === undefined || compareStreamIds(info.lastId, id) <= 0) {
        // The other one is gone, and this one went on behind it.
        return next(own) < next(marks) ? { ...from, generation: next(own), id: mark?.last ?? from.id } : undefined;
      }
      if (mark !== undefined && next(marks) === Number.POSITIVE_INFINITY) {
        const left = key === undefined ? this.#otherKey : this.#key;
        await this.#commands.run(left, 'XGROUP', 'SETID', left, mark.name, from.id);
      }
      const to = { generation: Math.min(next(marks), Math.max(from.generation, ...own.keys()) + 1), key, id };
      await this.#mark(to);
      this.#newest = Math.max(this.#newest ?? 0, to.generation);
      return to;
    } catch (error) {
      // Whatever is wrong with it, this one goes on; also where the other's node of a cluster is away.
      const isHere = this.#commands.stateOf(from.key ?? this.#key).state === 'connected';
      if (isRefusal(error) || isHere) return undefined;
      throw error;
    }
  }

  #look(key: string): Promise<Look> {
    return lookAt(this.#commands, key, STREAM_START, 1);
  }
}

/** A stream that can't be looked at tells nothing. */
function unseen(error: unknown): Pick<Look, 'marks'> {
  if (!isRefusal(error)) throw error;
  return { marks: new Map() };
}
