import { readFileSync } from 'node:fs';

const PAGE = new URL('../../../../docs/settings.md', import.meta.url);

/** What docs/settings.md says of a setting. */
export interface DocumentedSetting {
  /** In words, where it is no value: "embedded". */
  readonly fallback: string;
  readonly what: string;
}

/** The rows of the page, by name: people read of a setting in one place, written once. Without the page: none. */
export function documentedSettings(read: () => string = readPage): ReadonlyMap<string, DocumentedSetting> {
  const rows = new Map<string, DocumentedSetting>();
  for (const line of read().split('\n')) {
    if (!line.startsWith('| `')) continue;
    const [names = '', fallback = '', , what = ''] = line.split(/(?<!\\)\|/).slice(1, -1);
    for (const [, name = ''] of names.matchAll(/`([A-Z_]+)`/g))
      rows.set(name, { fallback: plain(fallback), what: plain(what) });
  }
  return rows;
}

/** An image of one service may come without the page: settings are told by their names and defaults then. */
function readPage(): string {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return '';
  }
}

/** Without Markdown. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '')
    .replaceAll('\\|', '|')
    .trim();
}
