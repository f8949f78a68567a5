/** What a feed or a sink has to tell; the service turns it into a log line and a metric. */
export type FeedEvent =
  | { readonly type: 'feed_connected'; readonly server: string }
  | { readonly type: 'feed_disconnected'; readonly server: string; readonly error: string }
  /** The server answered a command of ours with an error; it is tried again. */
  | { readonly type: 'feed_command_failed'; readonly server: string; readonly error: string }
  /** A spool that can't be used was renamed to `movedTo`; an empty one took its place. */
  | { readonly type: 'spool_set_aside'; readonly reason: string; readonly movedTo: string }
  /** The spool takes nothing more for now: full, or its disk fails. */
  | { readonly type: 'spool_problem'; readonly problem: string }
  | { readonly type: 'spool_recovered' }
  /** A stored blob can't be read any more; its messages are lost, the spool goes on behind it. */
  | { readonly type: 'spool_unreadable'; readonly exchange: string; readonly position: number }
  /** Messages that neither the log nor the reader could take; they are gone. */
  | { readonly type: 'messages_refused'; readonly exchange: string; readonly count: number }
  /** Another subscriber's position was found in this log by its last messages. */
  | { readonly type: 'resume_by_fingerprint'; readonly exchange: string; readonly position: string }
  /** Another subscriber's position was not found: everything received after its time is taken. */
  | { readonly type: 'resume_by_time'; readonly exchange: string; readonly position: string }
  /** Retention removed messages before they were read. `count` is a lower bound unless `exact`. */
  | {
      readonly type: 'messages_overtaken';
      readonly exchange: string;
      readonly count: number;
      readonly exact: boolean;
    };

export type OnFeedEvent = (event: FeedEvent) => void;
