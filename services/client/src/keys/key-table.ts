import { type ReadonlySignal, signal } from '@preact/signals';

/** One key and what it does. The table of all keys is read from what answers them, so that it can't be untrue. */
export interface KeyBinding {
  /**
   * As `KeyboardEvent.key` names it, with what is held: `?`, `/`, `ArrowLeft`, `Shift+ArrowLeft`, `Mod+k` (Ctrl, on a Mac
   * ⌘). Several that do the same: one after the other.
   */
  readonly keys: readonly string[];
  /** What it does, as the table says it: `Opens the search`. */
  readonly does: string;
  /** @returns false: it was not for this, and the browser does what it usually does */
  readonly run: (event: KeyboardEvent) => unknown;
  /** Works while typing in a field as well; only for keys that write nothing. */
  readonly inFields?: boolean;
}

/** Keys of one part of the page. */
export interface KeyGroup {
  /** As the table calls it: `Everywhere`, `Board`, `Chart`. */
  readonly name: string;
  readonly bindings: readonly KeyBinding[];
}

const groups = signal<readonly KeyGroup[]>([]);

/** All keys that work now. */
export const keyGroups: ReadonlySignal<readonly KeyGroup[]> = groups;

/**
 * Makes keys work and lists them under `?`.
 * @param target where they work while it, or something in it, has the focus; left out: on the whole page
 * @returns ends it
 */
export function registerKeys(group: KeyGroup, target: EventTarget = globalThis): () => void {
  const answer = (event: Event): void => {
    if (!isKey(event) || event.defaultPrevented || event.isComposing) return;
    const binding = bindingFor(group.bindings, event);
    if (binding === undefined || (!binding.inFields && isTyping(event))) return;
    // A dialog is a world of its own: what lies under it is out of reach for keys, too.
    if (target === globalThis && !binding.inFields && document.querySelector('dialog[open]') !== null) return;
    if (binding.run(event) !== false) event.preventDefault();
  };
  target.addEventListener('keydown', answer);
  groups.value = [...groups.peek(), group];
  return () => {
    target.removeEventListener('keydown', answer);
    groups.value = groups.peek().filter((other) => other !== group);
  };
}

/** The binding that a press of a key is for. */
export function bindingFor(bindings: readonly KeyBinding[], press: KeyPress): KeyBinding | undefined {
  return bindings.find(({ keys }) => keys.some((key) => isPressed(key, press)));
}

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The parts of `Shift+ArrowLeft`; `+` is a key itself. */
export function keyParts(written: string): string[] {
  return written === '+' ? ['+'] : written.split('+');
}

function isPressed(written: string, press: KeyPress): boolean {
  const parts = keyParts(written);
  const key = parts.pop() ?? '';
  // Of a keyboard without latin letters, the place of a letter counts.
  const latin = /^[a-z]$/i.test(key) && !/^[ -~]$/.test(press.key) ? press.code === `Key${key.toUpperCase()}` : false;
  if (!latin && key.toLowerCase() !== press.key.toLowerCase()) return false;
  // Which keys make a sign differs between keyboards: `?` may be with Shift or without.
  const named = key.length > 1 || parts.length > 0;
  return (
    parts.includes('Mod') === (press.ctrlKey || press.metaKey) &&
    parts.includes('Alt') === press.altKey &&
    (!named || parts.includes('Shift') === press.shiftKey)
  );
}

function isKey(event: Event): event is KeyboardEvent {
  // Browsers that fill in a form send a keydown without a key.
  return 'key' in event && typeof event.key === 'string';
}

/** Whether what is pressed goes into a field. */
function isTyping({ target }: Event): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !/^(?:button|checkbox|radio|range|submit|reset)$/.test(target.type);
}
