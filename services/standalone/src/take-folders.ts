import { resolve } from 'node:path';
import { FolderError, FolderInUseError, type FolderLock, lockFolder, lockHolder, makeFolder } from '@tickwatch/folders';
import type { StandaloneConfig } from './config.ts';

/** Of the lock that a whole system holds on the folder of its embedded database. */
const LOCK = 'main';

/**
 * Finds out, before anything else is done, whether this process can work in the folders of its settings, and takes the one of
 * the embedded database: two whole systems on one folder would publish the same stocks twice.
 * @throws FolderError a sentence that names the folder, and the process that is there already
 */
export async function takeFolders({ subscriber, backend }: StandaloneConfig): Promise<FolderLock> {
  await makeFolder(backend.filesDir, 'FILES_DIR');
  const { url, dataDir } = subscriber.database;
  if (url !== undefined) return { async [Symbol.asyncDispose]() {} };
  const folder = await makeFolder(dataDir, 'DATA_DIR');
  try {
    return await lockFolder(folder, LOCK);
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    throw new FolderError(runsAlready(folder, error.pid), { cause: error });
  }
}

/** For one that can't start for another reason: whether it is the second on its folder, in a sentence. */
export async function secondOn(dataDir: string): Promise<string | undefined> {
  const folder = resolve(dataDir);
  const pid = await lockHolder(folder, LOCK);
  return pid === undefined ? undefined : runsAlready(folder, pid);
}

function runsAlready(folder: string, pid: number): string {
  const who = pid === 0 ? 'another process' : `process ${pid}`;
  return `npm start runs already on DATA_DIR ${folder}, as ${who}: stop that one first, or set another DATA_DIR and PORT`;
}
