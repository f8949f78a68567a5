import { chmod, lstat, mkdir } from 'node:fs/promises';
import { FolderError } from './folder-error.ts';
import { userName } from './user-name.ts';

/** True when it is a folder, no link to one, of this user, that nobody else may enter. */
export async function isPrivate(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isDirectory() && isOwn(found.uid) && (isWindows() || (found.mode & 0o777) === 0o700);
  } catch {
    return false;
  }
}

/**
 * Makes a folder that this user alone can enter, or takes the one that is there if it is this user's own.
 * @throws FolderError somebody else made it
 */
export async function makePrivate(path: string): Promise<void> {
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = await lstat(path);
  if (!found.isDirectory() || !isOwn(found.uid)) {
    const what = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'a file';
    throw new FolderError(
      `${path} has to be a folder of this process's user alone, but it is ${what} of ${userName(found.uid)}: remove it, or choose another folder`,
    );
  }
  // Also against a umask that takes rights from its owner.
  if (!isWindows()) await chmod(path, 0o700);
}

function isOwn(uid: number): boolean {
  return isWindows() || uid === process.getuid?.();
}

function isWindows(): boolean {
  return process.platform === 'win32';
}
