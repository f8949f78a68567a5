/** Longer than tabs of one browser are apart in hearing of a firing. */
const HELD_MS = 30_000;

/**
 * Of several tabs that hear of the same thing, one may tell of it.
 * @returns whether this tab is the one; always, where the browser knows no locks (a page without https)
 */
export async function claim(what: string, id: string): Promise<boolean> {
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) return true;
  return new Promise((resolve) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise((end) => setTimeout(end, HELD_MS));
    };
    locks.request(`tickwatch.${what}.${id}`, { ifAvailable: true }, hold).catch(() => resolve(true));
  });
}
