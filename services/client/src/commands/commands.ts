import type { Loadable } from '../ui/load-module.ts';

/** Something that the palette (Ctrl+K) finds and does. */
export interface Command {
  /** Its own among all. */
  readonly id: string;
  /** What is found and shown: `Theme: dark`, `Compare with…`. */
  readonly title: string;
  /** Under which heading it stands: `Settings`, `Chart`, `Watchlists`. */
  readonly group: string;
  /** Said beside it: a key, a state. */
  readonly hint?: string;
  /** Other words that find it. */
  readonly words?: readonly string[];
  /** True for one of many: it is found, and not listed before something is typed. */
  readonly rare?: boolean;
  readonly run: () => void;
}

/** Asked each time the palette looks, so that what it offers is what can be done now. */
export type CommandSource = () => readonly Command[];

const sources = new Set<CommandSource>();

/** Adds what the palette can do, as long as the part of the page lives that can do it. @returns ends it */
export function registerCommands(source: CommandSource): () => void {
  sources.add(source);
  return () => sources.delete(source);
}

/** All that can be done now. */
export function allCommands(): readonly Command[] {
  return [...sources].flatMap((source) => source());
}

/**
 * Commands whose script is loaded when the palette first asks for them: it looks again when they are there.
 * @param args what they work on, read each time
 */
export function laterCommands<A extends unknown[]>(
  part: Loadable<(...args: A) => readonly Command[]>,
  ...args: A
): CommandSource {
  return () => {
    const commands = part.loaded.value;
    if (commands === undefined) void part.load();
    return commands?.(...args) ?? [];
  };
}
