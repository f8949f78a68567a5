/** Errors of the system that a person can put right, in words. The rest of the sentence says where. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'is not allowed to this user',
  EPERM: 'is not allowed to this user',
  EROFS: 'is on a disk that is read-only',
  ENOSPC: 'has no room: the disk is full',
  EDQUOT: 'has no room: the quota of this user is used up',
  ENOTDIR: 'has a file where a folder has to be',
  EISDIR: 'is a folder where a file has to be',
  ENOENT: 'does not exist',
  EMFILE: 'can not be opened: too many files are open (ulimit -n)',
  ENFILE: 'can not be opened: the system has too many files open',
};

/** A failure that a person can put right: its message says what is wrong and what to do. No stack is shown. */
export class StartError extends Error {
  readonly code: string = 'START';
  override readonly name: string = 'StartError';
}

/**
 * The one sentence of a failure that is to be expected where a system runs (a port that is taken, a folder that can't be written
 * to, a server that refuses); `undefined`: nobody expected it, and its stack is needed.
 */
export function expectedFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return undefined;
  if (syscall !== undefined) {
    const words = SYSTEM[code];
    return words === undefined || path === undefined ? undefined : `${path} ${words} (${code}, ${syscall})`;
  }
  return isOwn(error, code) ? error.message : undefined;
}

/** Named as this house names its errors, with a code and a message for people. */
function isOwn({ name }: Error, code: string): boolean {
  return name !== 'Error' && name.endsWith('Error') && OWN_CODE.test(code);
}

/** Node's codes begin with ERR_, the web framework's with FST_. */
const OWN_CODE = /^(?!ERR_|FST_)[A-Z]+(?:_[A-Z]+)*$/;

/** For what throws plain errors whose messages are for people, such as the start of PostgreSQL. */
export function asStartError(error: unknown): never {
  if (expectedFailure(error) !== undefined || !(error instanceof Error) || error.name !== 'Error') throw error;
  throw new StartError(error.message, { cause: error });
}
