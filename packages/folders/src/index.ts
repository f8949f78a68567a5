export { FolderError, FolderInUseError } from './folder-error.ts';
export { type FolderLock, lockFolder } from './folder-lock.ts';
export { makeFolder } from './make-folder.ts';
export { isPrivate, makePrivate } from './private-folder.ts';
export { socketFolder } from './socket-folder.ts';
export { userName } from './user-name.ts';
