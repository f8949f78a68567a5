/** Another live process works in the folder. */
export class SpoolInUseError extends Error {
  readonly code = 'SPOOL_IN_USE';
  override readonly name = 'SpoolInUseError';

  constructor(folder: string, pid: number) {
    super(
      `the spool folder ${folder} is used by another running process${pid === 0 ? '' : ` (${pid})`}: stop it, or set DATA_DIR`,
    );
  }
}
