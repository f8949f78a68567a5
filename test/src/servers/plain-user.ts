/** Uid of the unprivileged user that servers which refuse to be root are run as when the tests run as root. */
export const PLAIN_UID = 65_534;

export function asPlainUser(command: readonly [string, ...string[]]): [string, ...string[]] {
  if (process.getuid?.() !== 0) return [...command];
  return ['setpriv', `--reuid=${PLAIN_UID}`, `--regid=${PLAIN_UID}`, '--clear-groups', ...command];
}
