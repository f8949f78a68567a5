import { printable } from '@tickwatch/runtime/printable';

/** What of a log line a person gets to see; `undefined`: nothing. */
export type PeopleLine =
  /** A part is up, or the whole: a line that stays. */
  | { readonly kind: 'part'; readonly name: string; readonly text: string }
  /** What takes its time just now: stands there until something else does. */
  | { readonly kind: 'working'; readonly name: string; readonly text: string }
  /** A warning or worse: a line that stays. Lines that say the same again share a key. */
  | { readonly kind: 'warning'; readonly level: string; readonly keys: readonly string[]; readonly text: string }
  /** It can't go on, or not begin. */
  | { readonly kind: 'failure'; readonly text: string }
  /** How it ends. */
  | { readonly kind: 'end'; readonly name: string; readonly text: string }
  /** Something is well again. */
  | { readonly kind: 'well'; readonly text: string };

/** Told of every service, whether anything went wrong or not; shown when a warning stands above. */
const WELL_AGAIN: ReadonlySet<unknown> = new Set([
  'role_leader',
  'role_follower',
  'feed_connected',
  'feed_lane_recovered',
  'live_recovered',
  'tail_reachable',
  'receiver_well',
  'alerts_live_recovered',
]);
const STOPPING = 'what waits is stored first (Ctrl-C again: it ends at once)';
/** Told at the end, at whatever level. */
const LAST_WORDS: Readonly<Record<string, string>> = {
  stopping: 'stopping',
  flushed_at_stop: 'flushed',
  stopped: 'stopped',
  stopped_at_once: 'stopped',
};

type Fields = Readonly<Record<string, unknown>>;

/** @param line JSON, as the logger writes it */
export function peopleLine(line: string): PeopleLine | undefined {
  const fields = JSON.parse(line) as Fields;
  const { level, service, event, part } = fields;
  const text = sentence(fields);
  if (event === 'part' || event === 'working') return { kind: event, name: printable(String(part)), text };
  if (event === 'ready') return { kind: 'part', name: 'ready', text: `${text}   (stop with Ctrl-C)` };
  const last = LAST_WORDS[String(event)];
  if (last !== undefined) return { kind: 'end', name: last, text: event === 'stopping' ? STOPPING : text };
  if (level === 'fatal') return { kind: 'failure', text: withStack(text, fields) };
  if (level === 'warn' || level === 'error') {
    // Two services may tell of one server that is away, and figures differ each time.
    const keys = [`${service} ${event}`, text.replace(/\d+/g, '#')];
    return { kind: 'warning', level, keys, text: withStack(text, fields) };
  }
  return WELL_AGAIN.has(event) ? { kind: 'well', text: `${service}: ${text}` } : undefined;
}

/** The message, and what it lacks. */
function sentence({ message, event, error, detail, why }: Fields): string {
  const said = typeof message === 'string' ? message : String(event);
  const more = [error, detail, why].filter((text) => typeof text === 'string' && !said.includes(text));
  return printable([said, ...more].join(': '));
}

function withStack(text: string, { stack }: Fields): string {
  return typeof stack === 'string' ? `${text}\n${printable(stack)}` : text;
}
