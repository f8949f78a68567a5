/** How a sentence names a user. */
export function userName(uid: number | undefined): string {
  return uid === 0 ? 'root' : `user ${uid ?? 'unknown'}`;
}
