import { FolderError, FolderInUseError, type FolderLock, lockFolder, makeFolder } from '@tickwatch/folders';
import type { StandaloneConfig } from './config.ts';

/**
 * Finds out, before anything else is done, whether this process can work in the folders of its settings, and takes the one of
 * the embedded database: two whole systems on one folder would publish the same stocks twice.
 * @throws FolderError, FolderInUseError: a sentence that names the folder, and the process that is there already
 */
export async function takeFolders({ subscriber, backend }: StandaloneConfig): Promise<FolderLock> {
  await makeFolder(backend.filesDir, 'FILES_DIR');
  const { url, dataDir } = subscriber.database;
  if (url !== undefined) return { async [Symbol.asyncDispose]() {} };
  const folder = await makeFolder(dataDir, 'DATA_DIR');
  try {
    return await lockFolder(folder, 'main');
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    const who = error.pid === 0 ? 'another process' : `process ${error.pid}`;
    throw new FolderError(
      `npm start runs already on DATA_DIR ${folder}, as ${who}: stop that one first, or set another DATA_DIR and PORT`,
      { cause: error },
    );
  }
}
