import { keyParts } from './key-table.ts';

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  ' ': 'Space',
};

/** What stands on the keys of `Mod+k`: `Ctrl` and `K`, on a Mac `⌘` and `K`. */
export function keyNames(written: string, isMac: boolean): readonly string[] {
  return keyParts(written).map((part) => {
    if (part === 'Mod') return isMac ? '⌘' : 'Ctrl';
    if (part === 'Alt' && isMac) return '⌥';
    return SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

/** Whether this is a Mac, an iPad or an iPhone. */
export const isMac = typeof navigator !== 'undefined' && /Mac|iP(?:hone|ad|od)/.test(navigator.userAgent);
