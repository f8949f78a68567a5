import { type ReadonlySignal, signal } from '@preact/signals';
import { backoffMs } from '@tickwatch/core';

/** Why a part of the page is not there yet. */
export type LoadTrouble =
  | { readonly is: 'offline' }
  /** The server has other files than this page knows: only a reload gets them. */
  | { readonly is: 'updated' }
  /** `at`: when it is tried again, by `performance.now()`. */
  | { readonly is: 'failing'; readonly at: number };

const MIN_MS = 1000;
const MAX_MS = 15_000;

/**
 * A part of the page's script that is loaded when it is needed, by whatever number of askers once. A load that fails is
 * tried again, at once when the browser is online again, until it is there.
 */
export class Loadable<T> {
  readonly #loaded = signal<T | undefined>(undefined);
  readonly #trouble = signal<LoadTrouble | undefined>(undefined);
  /** What was loaded; undefined: it is not there yet. */
  readonly loaded: ReadonlySignal<T | undefined> = this.#loaded;
  /** undefined: it is there, or on its way without trouble. */
  readonly trouble: ReadonlySignal<LoadTrouble | undefined> = this.#trouble;
  readonly #import: () => Promise<T>;
  #loading: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#import = load;
  }

  /** Resolves when it is there, however long that takes. */
  load(): Promise<T> {
    this.#loading ??= this.#loadAtLast();
    return this.#loading;
  }

  /** Loads ahead of need; what fails is left to {@link load}. */
  async preload(): Promise<void> {
    if (this.#loading !== undefined) return;
    try {
      this.#loaded.value ??= await this.#import();
    } catch {
      // Nobody waits for it.
    }
  }

  async #loadAtLast(): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        const loaded = this.#loaded.peek() ?? (await this.#import());
        this.#loaded.value = loaded;
        this.#trouble.value = undefined;
        return loaded;
      } catch {
        const pause = backoffMs(failures, { minMs: MIN_MS, maxMs: MAX_MS });
        this.#trouble.value = await troubleNow(performance.now() + pause);
        await pauseOrOnline(pause);
      }
    }
  }
}

async function troubleNow(at: number): Promise<LoadTrouble> {
  if (!navigator.onLine) return { is: 'offline' };
  return (await wasUpdated()) ? { is: 'updated' } : { is: 'failing', at };
}

/** Whether the server's page names another script than the one that runs here. */
async function wasUpdated(): Promise<boolean> {
  const own = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute('src');
  if (own === null || own === undefined) return false;
  try {
    const response = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    const isPage = response.ok && response.headers.get('content-type')?.includes('text/html') === true;
    return isPage && !(await response.text()).includes(own);
  } catch {
    return false;
  }
}

function pauseOrOnline(millis: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    addEventListener('online', done);
  });
}
