import type { Loadable } from './load-module.ts';
import { idle, quiet } from './quiet.ts';

interface Connection {
  readonly saveData?: boolean;
}

/** The picture that was asked for comes first; what may be wanted next comes when nothing has come for so long. */
const QUIET_MS = 3000;

/**
 * Loads what every page has, and then parts of the page ahead of need, one after the other, unless the browser is to save
 * data.
 */
export async function loadInQuiet(everywhere: () => void, parts: readonly Pick<Loadable<unknown>, 'preload'>[]) {
  await quiet(QUIET_MS);
  everywhere();
  if ((navigator as { readonly connection?: Connection }).connection?.saveData === true) return;
  for (const part of parts) {
    await idle();
    await part.preload();
  }
}
