import { execFile } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk extends AsyncDisposable {
  /** False where this machine does not let us mount: then only the spool's own limit can be filled. */
  readonly isMounted: boolean;
}

/** Mounts a tmpfs of this size on a folder, where that is allowed (it takes root and its capabilities). */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder]).then(
    () => true,
    () => false,
  );
  return {
    isMounted,
    async [Symbol.asyncDispose]() {
      if (isMounted) await run('umount', ['--lazy', folder]);
    },
  };
}

/** Writes a file until its disk has no room left. */
export async function fillDisk(file: string): Promise<void> {
  const handle = await open(file, 'a');
  try {
    for (const size of [65_536, 4096, 1]) {
      const bytes = Buffer.alloc(size, 1);
      while (await takes(handle.write(bytes)));
    }
  } finally {
    await handle.close();
  }
}

async function takes(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
