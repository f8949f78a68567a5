import type { LaneName } from '@tickwatch/core';

/** Messages of a lane that a log once had and has no more. */
export interface LostMessages {
  readonly lane: LaneName;
  /** They lay behind this place, and not behind the other one. */
  readonly after: string;
  readonly upTo: string;
  /** At most so many. */
  readonly messages: number;
}

/** What a feed or a sink has to tell; the service turns it into a log line and a metric. */
export type FeedEvent =
  | { readonly type: 'feed_connected'; readonly server: string }
  | { readonly type: 'feed_disconnected'; readonly server: string; readonly error: string }
  /** The server answered a command of ours with an error; it is tried again. */
  | { readonly type: 'feed_command_failed'; readonly server: string; readonly error: string }
  /** The server refuses this one lane (for Pub/Sub: this exchange, with all its lanes); it is tried again for ever. */
  | { readonly type: 'feed_lane_failed'; readonly lane: LaneName; readonly error: string }
  | { readonly type: 'feed_lane_recovered'; readonly lane: LaneName }
  /** Files that are no spool, or one of a newer version, were renamed to `movedTo`; an empty spool took their place. */
  | { readonly type: 'spool_set_aside'; readonly reason: string; readonly movedTo: string }
  /** A spool was damaged: `kept` messages are left, `lost` are gone; `movedTo` is a copy of the last damaged file, or empty. */
  | {
      readonly type: 'spool_salvaged';
      readonly reason: string;
      readonly kept: number;
      readonly lost: readonly LostMessages[];
      readonly movedTo: string;
    }
  /** The spool takes (or forgets) nothing more for now: full, or its disk fails. */
  | { readonly type: 'spool_problem'; readonly problem: string }
  | { readonly type: 'spool_recovered' }
  /** An entry can't be read any more; the spool goes on behind it. */
  | { readonly type: 'spool_unreadable'; readonly lane: LaneName; readonly position: string }
  /** Retention removed messages before they were read. `count` is a lower bound unless `exact`. */
  | {
      readonly type: 'messages_overtaken';
      readonly lane: LaneName;
      readonly count: number;
      readonly exact: boolean;
    }
  /** A replica took over from a lost node that led a lane: it may lack the newest messages. `detail`: which, in words. */
  | { readonly type: 'leader_lost'; readonly lane: LaneName; readonly detail: string }
  /** A stream was made anew, or its ids went back: what followed `from` before follows `to` now. */
  | { readonly type: 'source_restarted'; readonly lane: LaneName; readonly from: string; readonly to: string };

export type OnFeedEvent = (event: FeedEvent) => void;
