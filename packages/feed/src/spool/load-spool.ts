import type { LaneName } from '@tickwatch/core';
import type { LostMessages } from '../feed-event.ts';
import { LaneIndex } from './lane-index.ts';
import {
  type EntryHead,
  type LanePlace,
  type LaneState,
  SPOOL_VERSION,
  type StateHead,
  scanRecords,
} from './record-format.ts';
import type { SpoolFile } from './spool-files.ts';

export interface LoadedSpool {
  readonly lanes: ReadonlyMap<LaneName, LaneIndex>;
  /** What is missing or damaged and was not told of before … */
  readonly lost: readonly LostMessages[];
  readonly damages: readonly string[];
  readonly damagedFiles: readonly SpoolFile[];
  /** … and all that a reader of these files comes upon, in words for {@link StateHead.told}. */
  readonly found: readonly string[];
}

/** A file was written by a later version of this program. */
export class NewerSpoolError extends Error {
  override readonly name = 'NewerSpoolError';
}

/**
 * Reads the files of a spool through. A record that was begun and not finished ends the last one where a process was killed
 * or a power cut came: it is cut off, unless the end mark says that it was whole once.
 * @param ends what the end mark says; `undefined`: there is none
 * @throws NewerSpoolError
 */
export async function loadSpool(
  files: readonly SpoolFile[],
  ends: { readonly id: string | undefined; readonly lanes: readonly LaneState[] } | undefined,
  id: string,
): Promise<LoadedSpool> {
  const loader = new Loader(id);
  for (const file of files) loader.read(file);
  const cut = loader.cut;
  if (files.length > 0 && ends !== undefined && ends.id === undefined)
    loader.damaged(undefined, 'how far it went can not be read');
  for (const lane of ends?.lanes ?? []) loader.reaches(lane);
  for (const lane of loader.lanes.values()) lane.loaded();
  const told = new Set(loader.told);
  // What was cut off would be behind the end of all lanes.
  const isTorn = cut !== undefined && ends?.id !== undefined && !loader.hasLostEnd;
  if (isTorn) await cut.file.cut(cut.from);
  const wasCut = ({ file, from }: Damage): boolean => isTorn && file === cut?.file && from === cut?.from;
  const damages = loader.damages.filter((damage) => !wasCut(damage) && !told.has(damage.key));
  return {
    lanes: loader.lanes,
    lost: loader.lost.filter((loss) => !told.has(keyOf(loss))),
    damages: damages.map(({ text }) => text),
    damagedFiles: damages.flatMap(({ file }) => file ?? []),
    found: [...loader.damages.map(({ key }) => key), ...loader.lost.map(keyOf)],
  };
}

interface Damage {
  readonly file: SpoolFile | undefined;
  readonly from: number;
  readonly key: string;
  readonly text: string;
}

class Loader {
  readonly lanes = new Map<LaneName, LaneIndex>();
  readonly lost: LostMessages[] = [];
  readonly damages: Damage[] = [];
  told: readonly string[] = [];
  hasLostEnd = false;
  /** Bytes at the end of the last file that are no record. */
  cut: { readonly file: SpoolFile; readonly from: number } | undefined;
  readonly #id: string;
  #hasBase = false;

  constructor(id: string) {
    this.#id = id;
  }

  read(file: SpoolFile): void {
    // Made for what was never written.
    if (file.size === 0) return;
    this.cut = undefined;
    for (const { from, to, head } of scanRecords(file.read(0, file.size), this.#id)) {
      if (head === undefined) {
        this.damaged(file, `${to - from} bytes of file ${file.number} are not what was written`, from);
        if (to === file.size) this.cut = { file, from };
      } else if (head.kind === 'state') this.#state(head);
      else if (head.kind === 'labels') this.#lane(head.lane).labels = head.labels;
      else this.#entry(file, from, to, head);
    }
  }

  damaged(file: SpoolFile | undefined, text: string, from = 0): void {
    this.damages.push({ file, from, key: `${file?.number} ${from}`, text });
  }

  /** A lane went at least so far, and what is wanted of it began here. */
  reaches(state: LaneState): void {
    const lane = this.#lane(state.lane, state.front);
    this.#lose(lane, state.front, lane.base);
    this.hasLostEnd = this.#gap(lane, state) || this.hasLostEnd;
  }

  #state({ version, lanes, told, isBase }: StateHead): void {
    if (version > SPOOL_VERSION) throw new NewerSpoolError(`a newer version (${version}) of this program wrote it`);
    this.told = told;
    for (const state of lanes) {
      const lane = this.lanes.get(state.lane);
      if (lane === undefined) this.lanes.set(state.lane, new LaneIndex(state.lane, state, state.labels));
      else {
        if (isBase) lane.advance(state);
        else this.#gap(lane, state);
        lane.labels = state.labels;
      }
    }
    this.#hasBase = true;
  }

  #entry(file: SpoolFile, from: number, to: number, head: EntryHead): void {
    const { follows, before } = head;
    const lane = this.#lane(head.lane, this.#hasBase ? undefined : { last: follows, ...before });
    // A piece of a file that stands in another's place, too.
    if (before.messages < lane.messages) return;
    this.#gap(lane, { last: follows, ...before });
    lane.add(file, from, to, head);
  }

  /** @returns whether messages are missing before a place where the lane had so many */
  #gap(lane: LaneIndex, place: LanePlace): boolean {
    const isLost = this.#lose(lane, lane, place);
    if (place.messages >= lane.messages) lane.advance(place);
    return isLost;
  }

  #lose({ lane }: LaneIndex, from: LanePlace, to: LanePlace): boolean {
    const messages = to.messages - from.messages;
    if (messages > 0) this.lost.push({ lane, after: String(from.last), upTo: String(to.last), messages });
    return messages > 0;
  }

  #lane(name: LaneName, base?: LanePlace): LaneIndex {
    const lane = this.lanes.get(name) ?? new LaneIndex(name, base);
    this.lanes.set(name, lane);
    return lane;
  }
}

function keyOf({ lane, after, upTo }: LostMessages): string {
  return `${lane} ${after} ${upTo}`;
}
