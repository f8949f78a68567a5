import type { EpochMicros, GapReason, LaneName } from '@tickwatch/core';

/** One message as it came, not yet read. */
export interface FeedMessage {
  readonly payload: Uint8Array;
  /** When the feed's source received it; the same again when the message is read again. */
  readonly receivedAt: EpochMicros;
}

/** Longest entry: so many messages, and so many bytes unless a single message has more. */
export const MAX_ENTRY_MESSAGES = 4096;
export const MAX_ENTRY_BYTES = 256 * 1024;

/** Messages that are, or may be, missing at a place of a log. */
export interface Hole {
  readonly reason: GapReason;
  /** Left out: nobody knows. */
  readonly messages?: number;
  /** Left out: between the ticks before and behind it. */
  readonly from?: EpochMicros;
  readonly to?: EpochMicros;
  /** Of `not_listening`: since when the source was listened to again. */
  readonly since?: EpochMicros;
  /**
   * They were committed and never in the log: they are missing only where the database went back to before the last of them
   * was received, then.
   */
  readonly wasCommitted?: EpochMicros;
  /** They lay before this place: what is committed up to here has them. */
  readonly isBefore?: true;
  /** In words. */
  readonly detail?: string;
}

/** Messages of one lane that follow each other in its log. */
export interface LogEntry {
  readonly lane: LaneName;
  /** What the source lost before the first message. */
  readonly holes?: readonly Hole[];
  readonly messages: readonly FeedMessage[];
  /** The place behind the last message. Opaque but for {@link DurableLog.compare}. */
  readonly position: string;
}

/** How far a lane is committed, as the store keeps it. */
export interface ResumePoint {
  readonly lane: LaneName;
  /** Which log {@link position} belongs to (a spool's own id; the stream's key). */
  readonly logId: string;
  readonly position: string;
  /** Digest of the last messages before `position` (see fingerprint.ts). Empty: none. */
  readonly fingerprint: string;
  /** When the last committed message was received; 0 where nothing is committed. */
  readonly receivedAt: EpochMicros;
}

/** Where a committed position lies in this log. */
export interface Place {
  /** Read on behind it. */
  readonly after: string;
  /** `own`: the log's own position. Else another log's was looked for by its last messages, or else by its time. */
  readonly by: 'own' | 'fingerprint' | 'time' | 'start';
  /** What lay behind it up to here is gone although it was kept until it was committed: the database went back. */
  readonly gone?: { readonly upTo: string; readonly messages: number };
}

export interface LogStatus {
  /** What it keeps now. */
  readonly messages: number;
  readonly bytes: number;
  readonly maxBytes: number | undefined;
  /** Why it takes (or forgets) nothing for now: full, damaged, its disk fails. */
  readonly problem: string | undefined;
}

/** The part of the lanes' logs that outlives memory: a spool on disk, streams in Redis, or (without a folder) memory. */
export interface DurableLog extends AsyncDisposable {
  /** `log`: the source itself keeps messages. `spool`: this machine's disk does. `memory`: gone with the process. */
  readonly durability: 'log' | 'spool' | 'memory';
  id(lane: LaneName): string;
  /** Lanes that it holds anything of, or may. */
  lanes(): Promise<readonly LaneName[]>;
  /** Negative: `a` lies before `b`. */
  compare(a: string, b: string): number;
  /** The place before everything. */
  readonly start: string;
  /** The place behind the newest message that it holds (or ever held). */
  end(lane: LaneName): Promise<string>;
  /** @param unwritten what follows its end and was not appended yet */
  place(point: ResumePoint | undefined, lane: LaneName, unwritten?: readonly LogEntry[]): Promise<Place>;
  /** The next messages behind a place and not behind `upTo`: one entry, at most `limit` messages. `undefined`: there is none. */
  read(lane: LaneName, after: string, limit: number, upTo?: string): Promise<LogEntry | undefined>;
  /** Everything up to these places is in the database: it need not be kept much longer. */
  committed(points: readonly ResumePoint[]): Promise<void>;
  status(): LogStatus;
}

/** From which number on ticks behind a place are counted, and what is missing there. */
export interface Label {
  readonly after: string;
  /** The first tick behind `after` has at least number `seq` + 1. */
  readonly seq: number;
  readonly holes?: readonly Hole[] | undefined;
}

/** What a spool keeps of an entry beside its messages, so that a count never reads them. */
export interface SpoolEntry extends LogEntry {
  /** The place before the first message. */
  readonly after: string;
  readonly ticks: number;
  readonly rejected: number;
  /** Set where numbering does not go on from the entry before. */
  readonly label: Label | undefined;
}

/** What lies between two places of a spool. */
export interface SpoolRun {
  readonly messages: number;
  readonly ticks: number;
  readonly rejected: number;
}

/** A log that is written here. Its places are decimal integers that only grow, one a message. */
export interface Spool extends DurableLog {
  /** All or none; safe when it resolves. @throws Error in words for a person: full, disk full, … The same may be appended again */
  append(entries: readonly SpoolEntry[]): Promise<void>;
  /** Room for how many more bytes of payload; committed messages that are kept for grace make room. */
  readonly room: number;
  /** Everything behind a place; at most a block of it is read. */
  count(lane: LaneName, after: string): SpoolRun;
  /** The labels at or behind a place, in order. */
  labels(lane: LaneName, from: string): readonly Label[];
  /** Numbers the ticks behind `label.after` from there without a jump up to `keepFrom`, where later labels stay; holes all stay. */
  relabel(lane: LaneName, label: Label, keepFrom: string): Promise<void>;
  /** Forgets all but what was received in the last so many µs before a time; for lanes that another member leads. */
  trimBefore(lane: LaneName, receivedAt: EpochMicros): Promise<void>;
}
