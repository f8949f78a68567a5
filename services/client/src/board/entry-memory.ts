/** What the board remembers of one entry of the browser's history. */
export interface BoardMemory {
  /** Pixels from the top. */
  readonly top: number;
  /** Key of the active row. */
  readonly active: string | undefined;
  /** So far below the top of what was seen the active row stood; undefined: it was out of sight. */
  readonly activeAt: number | undefined;
  readonly focus: 'grid' | 'search' | undefined;
  /** True where the shown list is the kept one of its name. */
  readonly ownList: boolean;
}

const STORAGE_KEY = 'tickwatch.board';
const MOST_ENTRIES = 50;

const memories = readMemories();

export function recall(entry: string): BoardMemory | undefined {
  return memories.get(entry);
}

/** Kept for the tab, through reloads. */
export function remember(entry: string, memory: BoardMemory): void {
  memories.delete(entry);
  memories.set(entry, memory);
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify([...memories].slice(-MOST_ENTRIES)));
  } catch {
    // Without storage it is kept until the page is left.
  }
}

function readMemories(): Map<string, BoardMemory> {
  try {
    const saved: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]');
    const entries = Array.isArray(saved) ? saved.filter((entry) => isMemory(entry?.[1])) : [];
    return new Map(entries.map(([name, memory]) => [String(name), memory]));
  } catch {
    return new Map();
  }
}

function isMemory(saved: unknown): saved is BoardMemory {
  return typeof saved === 'object' && saved !== null && 'top' in saved && typeof saved.top === 'number';
}
