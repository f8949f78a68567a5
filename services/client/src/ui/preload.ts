import type { Loadable } from './load-module.ts';

interface Connection {
  readonly saveData?: boolean;
}

/** The picture that was asked for comes first; what may be wanted next comes when nothing else is to do for so long. */
const QUIET_MS = 1500;

/** Loads parts of the page ahead of need, one after the other, unless the browser is to save data. */
export async function preloadInQuiet(parts: readonly Pick<Loadable<unknown>, 'preload'>[]): Promise<void> {
  if ((navigator as { readonly connection?: Connection }).connection?.saveData === true) return;
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  for (const part of parts) {
    await idle();
    await part.preload();
  }
}

/** Resolves when the browser has nothing to do; Safari doesn't tell. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 10_000 });
    else setTimeout(resolve, 200);
  });
}
