import { effect, type Signal, signal } from '@preact/signals';

/**
 * A choice that outlives the page, and that all tabs share: what one of them changes, the others follow.
 * @param read takes what storage holds; undefined: it is not understood, and the fallback serves
 */
export function stored<T>(name: string, read: (saved: unknown) => T | undefined, fallback: T): Signal<T> {
  const key = `tickwatch.${name}`;
  const parse = (text: string | null): T => {
    try {
      return read(JSON.parse(text ?? 'null')) ?? fallback;
    } catch {
      return fallback;
    }
  };
  const setting = signal(parse(savedText(key)));
  let first = true;
  effect(() => {
    const text = JSON.stringify(setting.value);
    // What nobody changed is not written: another version of the page may have put it there.
    if (first || text === savedText(key)) {
      first = false;
      return;
    }
    try {
      localStorage.setItem(key, text);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  });
  addEventListener('storage', (event) => {
    // No key: all was cleared.
    if (event.storageArea !== localStorageOf() || (event.key !== key && event.key !== null)) return;
    const next = parse(event.newValue);
    if (JSON.stringify(next) !== JSON.stringify(setting.peek())) setting.value = next;
  });
  return setting;
}

/** Reads one of a few words. */
export function oneOf<T extends string>(values: readonly T[]): (saved: unknown) => T | undefined {
  return (saved) => values.find((value) => value === saved);
}

function localStorageOf(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    // It may be forbidden.
    return undefined;
  }
}

function savedText(key: string): string | null {
  return localStorageOf()?.getItem(key) ?? null;
}
