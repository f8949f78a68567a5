import type { AlertFiring } from '@tickwatch/core';

/** As of live: who comes back is given many of them at once, and they must fit through its link soon. */
const MAX_BYTES = 16 * 1024;

/** Firings that travel in one message of the channel `alerts`. */
export interface AlertBundle {
  readonly firings: readonly AlertFiring[];
  /** The JSON text of core's `AlertMessage`. */
  readonly data: string;
}

/** Firings as messages of at most 16 KiB, in order; a firing that is larger by itself has one of its own. */
export function alertBundles(firings: readonly AlertFiring[]): readonly AlertBundle[] {
  const bundles: AlertBundle[] = [];
  let taken: AlertFiring[] = [];
  let texts: string[] = [];
  let bytes = 0;
  const close = (): void => {
    if (taken.length > 0) bundles.push({ firings: taken, data: `{"firings":[${texts.join(',')}]}` });
    taken = [];
    texts = [];
    bytes = '{"firings":[]}'.length;
  };
  close();
  for (const firing of firings) {
    const text = JSON.stringify(firing);
    const more = Buffer.byteLength(text) + 1;
    if (bytes + more > MAX_BYTES) close();
    taken.push(firing);
    texts.push(text);
    bytes += more;
  }
  close();
  return bundles;
}
