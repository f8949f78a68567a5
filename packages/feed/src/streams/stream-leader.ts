import type { Hole } from '../durable-log.ts';
import { isAnswer } from '../redis-connection.ts';
import type { RedisNodes, TurnOf } from '../redis-nodes.ts';
import { isBehind, type StreamPlace } from './stream-place.ts';
import { parseNames } from './stream-reply.ts';

/**
 * Which node of a cluster led a stream. A replica that takes over from a lost leader may lack its newest entries, which
 * nobody can name: they may have been read, or not. The stream itself keeps who led it up to what is committed, as the
 * only consumer of its mark, so that this is noticed too when nobody read while it happened.
 */
export class StreamLeader {
  readonly #nodes: RedisNodes;
  #key: string;
  /** As the stream says. */
  #noted: string | undefined;
  #isNotedKnown = false;
  #doubt: string | undefined;
  /** Where that something may be missing was told last. */
  #toldAt: StreamPlace | undefined;

  constructor(nodes: RedisNodes, key: string) {
    this.#nodes = nodes;
    this.#key = key;
  }

  /** Whoever led the lane meanwhile may have noted another. */
  forget(): void {
    this.#isNotedKnown = false;
    this.#doubt = undefined;
    this.#toldAt = undefined;
  }

  /** Others lead some streams. */
  turn(turnOf: TurnOf): void {
    const turn = turnOf(this.#key);
    if (turn?.isTorn === true) this.#doubt ??= `${turn.to.label} took over from ${turn.from.label}`;
  }

  /**
   * @param at what was read last
   * @param mark of the stream that is read
   * @returns what may be missing behind it
   */
  async check(key: string, at: StreamPlace, mark: string | undefined): Promise<Hole | undefined> {
    const leader = this.#nodes.leaderOf(key);
    if (leader === undefined) return undefined;
    if (key !== this.#key) this.forget();
    this.#key = key;
    if (!this.#isNotedKnown && mark !== undefined) {
      this.#noted = await this.#readNote(key, mark);
      this.#isNotedKnown = true;
      if (this.#noted !== undefined && this.#noted !== leader)
        this.#doubt ??= `${leader} leads instead of ${this.#noted}`;
    }
    if (this.#doubt === undefined) return undefined;
    const detail = this.#doubt;
    this.#doubt = undefined;
    this.#toldAt = at;
    return { reason: 'source_restarted', detail };
  }

  /** Who is to be noted with what is committed; empty: nothing new, or what may be missing is not committed yet. */
  toNote({ key, place }: { readonly key: string; readonly place: StreamPlace }): string {
    const leader = this.#nodes.leaderOf(key);
    if (leader === undefined || key !== this.#key || !this.#isNotedKnown || leader === this.#noted) return '';
    if (this.#doubt !== undefined || (this.#toldAt !== undefined && !isBehind(place, this.#toldAt))) return '';
    return leader;
  }

  noted(leader: string): void {
    if (leader !== '') this.#noted = leader;
  }

  async #readNote(key: string, mark: string): Promise<string | undefined> {
    try {
      return parseNames(await this.#nodes.run(key, 'XINFO', 'CONSUMERS', key, mark))[0];
    } catch (error) {
      // Without the right to ask, only what happens while it is read is noticed.
      if (!isAnswer(error)) throw error;
      return undefined;
    }
  }
}
