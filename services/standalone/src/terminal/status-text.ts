/** What the line that renews itself shows. */
export interface Status {
  readonly ticksPerSecond: number;
  /** Since the start. */
  readonly stored: number;
  /** Received and not stored yet. */
  readonly waiting: number;
  /** `undefined`: viewers are connected elsewhere. */
  readonly viewers: number | undefined;
  readonly address: string;
  /** What is away, such as `database`. */
  readonly away: readonly string[];
}

const BETWEEN = ' · ';

/** The state in one line of at most so many characters: where there is little room, what matters least is left out. */
export function statusText({ away, ...status }: Status, room: number): string {
  const { viewers } = status;
  const pieces = [
    { text: away.length === 0 ? '' : `${away.join(' and ')} away`, weight: 5 },
    { text: `${thousands(status.ticksPerSecond)} ticks/s`, weight: 4 },
    { text: `${thousands(status.stored)} stored`, weight: 2 },
    { text: `${thousands(status.waiting)} waiting`, weight: 3 },
    { text: viewers === undefined ? '' : counted(viewers, 'viewer'), weight: 0 },
    { text: status.address, weight: 1 },
  ].filter(({ text }) => text !== '');
  while (pieces.length > 1 && joined(pieces).length > room) {
    const least = Math.min(...pieces.map(({ weight }) => weight));
    pieces.splice(
      pieces.findIndex(({ weight }) => weight === least),
      1,
    );
  }
  return clipped(joined(pieces), room);
}

/** At most so many characters, `…` in the place of what is cut. */
export function clipped(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}

function joined(pieces: readonly { readonly text: string }[]): string {
  return pieces.map(({ text }) => text).join(BETWEEN);
}

function counted(count: number, what: string): string {
  return `${thousands(count)} ${what}${count === 1 ? '' : 's'}`;
}

function thousands(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
