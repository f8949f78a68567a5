/** A folder can't be used. The message is one sentence that names it and says what to do. */
export class FolderError extends Error {
  readonly code = 'FOLDER';
  override readonly name = 'FolderError';
}

/** Another living process works in the folder. */
export class FolderInUseError extends Error {
  readonly code = 'FOLDER_IN_USE';
  override readonly name = 'FolderInUseError';
  /** Of that process, as its own container numbers it; 0: unknown. */
  readonly pid: number;

  constructor(folder: string, pid: number) {
    const who = pid === 0 ? 'another process' : `process ${pid}`;
    super(`${folder} is used by ${who}: stop that one first, or choose another folder`);
    this.pid = pid;
  }
}
